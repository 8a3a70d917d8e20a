import { once } from "node:events";
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";

/** The server address of a connection string. */
function addressOf(url: URL): NetConnectOpts {
  const port = Number(url.port || 5432);
  const folder = url.searchParams.get("host");
  return folder?.startsWith("/") ? { path: `${folder}/.s.PGSQL.${port}` } : { host: url.hostname, port };
}

/**
 * Parses what a client sends to PostgreSQL (protocol 3: an untyped first message, then a type and a length each).
 * @returns takes the next bytes, and returns how many statements they execute
 */
function statementReader(): (data: Buffer) => number {
  let rest: Buffer = Buffer.alloc(0);
  let greeted = false;
  return (data) => {
    rest = Buffer.concat([rest, data]);
    let statements = 0;
    for (;;) {
      const lead = greeted ? 1 : 0;
      if (rest.length < lead + 4) return statements;
      const end = lead + rest.readUInt32BE(lead);
      if (rest.length < end) return statements;
      // Query and Execute.
      if (greeted && (rest[0] === 0x51 || rest[0] === 0x45)) statements++;
      greeted = true;
      rest = rest.subarray(end);
    }
  };
}

/** A TCP proxy to the database that tests can cut, block and restore: how an application sees an unreachable database. */
export class DatabaseWire {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  /** While set, connections stay open and carry nothing. */
  blocked = false;
  /** Connections opened before this many others carry no more data. */
  #stranded = 0;
  #opened = 0;
  /** Bytes carried, in both directions. */
  carried = 0;
  /** Statements sent through it. */
  statements = 0;

  constructor(databaseUrl: string) {
    this.#target = new URL(databaseUrl);
  }

  /** The database's URL through the proxy. */
  get url(): string {
    const url = new URL(this.#target);
    url.searchParams.delete("host");
    url.hostname = "127.0.0.1";
    url.port = String(this.#port);
    return url.href;
  }

  /** Accepts connections, on the same port every time. */
  async mend(): Promise<void> {
    const server = createServer((near) => {
      const far = connect(addressOf(this.#target));
      const number = this.#opened++;
      const statementsIn = statementReader();
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on("data", (data: Buffer) => {
          if (this.blocked || number < this.#stranded) return;
          this.carried += data.length;
          if (from === near) this.statements += statementsIn(data);
          to.write(data);
        });
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
    this.#server = server;
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Keeps every current connection open but silent for good; new ones work. */
  strand(): void {
    this.#stranded = this.#opened;
  }

  /** Number of connections opened so far. */
  get opened(): number {
    return this.#opened;
  }

  /** Cuts every connection and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    const closed = server?.listening ? new Promise((resolve) => server.close(resolve)) : Promise.resolve();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
