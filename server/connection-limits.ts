import "server-only";

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What a client has to send next: nothing for now, its first request, the rest of a head or the rest of a body. */
type Awaited = "nothing" | "first byte" | "head" | "body";

/** How long a client may take, in milliseconds (docs/decisions/030). A head and a body count from the request's first byte. */
export type SlowLimits = Readonly<Record<Exclude<Awaited, "nothing"> | "check", number>>;

export const SLOW_LIMITS: SlowLimits = {
  // Load balancers open connections in advance.
  "first byte": 75_000,
  head: 15_000,
  body: 30_000,
  // How often connections are checked: each limit may be exceeded by twice as much.
  check: 5_000,
};

/** A client's connection, and what is awaited from it. Times are milliseconds by performance.now(). */
export class ClientConnection {
  readonly #socket: Pick<Socket, "bytesRead">;
  #request: Pick<IncomingMessage, "complete"> | undefined;
  #response: Pick<ServerResponse, "closed"> | undefined;
  #awaited: Awaited = "first byte";
  #since: number;
  /** Bytes received when the connection was last seen idle: more of them, without a request, are the beginning of a head. */
  #received = 0;

  constructor(socket: Pick<Socket, "bytesRead">, now: number) {
    this.#socket = socket;
    this.#since = now;
  }

  /** Notes the head of a request. */
  begin(request: Pick<IncomingMessage, "complete">, response: Pick<ServerResponse, "closed">, now: number): void {
    if (this.#awaited !== "head") this.#since = now;
    this.#awaited = "body";
    this.#request = request;
    this.#response = response;
  }

  /** Whether what is awaited takes too long. Called at intervals: it is by comparing that a head is noticed. */
  isTooSlow(limits: SlowLimits, now: number): boolean {
    const { bytesRead } = this.#socket;
    if (this.#request?.complete) this.#awaited = "nothing";
    if (this.#response?.closed) {
      this.#request = this.#response = undefined;
      this.#awaited = "nothing";
      this.#received = bytesRead;
    } else if (!this.#request && this.#awaited !== "head" && bytesRead > this.#received) {
      this.#awaited = "head";
      this.#since = now;
    }
    return this.#awaited !== "nothing" && now - this.#since > limits[this.#awaited];
  }
}

/**
 * Closes connections whose clients are too slow. Node's own timeouts also count the time that a connection was open before its first
 * byte, so they can't tell a slow client from a balancer's spare connection.
 * @param refuse answers and closes a connection, with 408 where an answer is possible
 */
export function limitSlowClients(server: Server, limits: SlowLimits, refuse: (socket: Socket) => void): void {
  const connections = new Map<Socket, ClientConnection>();
  server.on("connection", (socket: Socket) => {
    connections.set(socket, new ClientConnection(socket, performance.now()));
    socket.once("close", () => connections.delete(socket));
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) =>
    connections.get(request.socket)?.begin(request, response, performance.now()),
  );
  const check = setInterval(() => {
    for (const [socket, connection] of connections) {
      if (connection.isTooSlow(limits, performance.now())) refuse(socket);
    }
  }, limits.check).unref();
  server.once("close", () => clearInterval(check));
}
