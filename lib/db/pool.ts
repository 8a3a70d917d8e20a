import "server-only";

import { Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResult, type QueryResultRow } from "pg";

import { type ConnectionFault, connectionFault, isDatabaseUnavailable } from "@/lib/db/errors";
import { doubtPooler, isForeignStatement } from "@/lib/db/pooler-check";

/** What a pool knows of one of its connections. */
interface Use {
  /** When it last answered, or was opened, by performance.now(). */
  answeredAt: number;
  /** Nobody has it now. */
  idle: boolean;
  /** It has been used before: it may have broken since. */
  kept: boolean;
  /** It is ended when it is given back. */
  outdated: boolean;
}

export interface GuardedPoolConfig extends PoolConfig {
  /** How long a connection that has been silent may take to show that it still works, in milliseconds; it is not asked if absent. */
  readonly checkMs?: number;
  /** All pools of this database: what one learns of its connections, it tells the others. */
  readonly siblings: () => Iterable<GuardedPool>;
}

/**
 * After so many milliseconds without an answer a connection is asked whether it still works before it is used. Under load none is
 * silent for so long: a busy database is never asked anything more. Firewalls forget connections after minutes, not seconds.
 */
const SILENT_MS = 5_000;

const isRead = (text: string) =>
  /^\s*(select|with|show)\b/i.test(text) && !/\b(insert|update|delete|merge|nextval|setval)\b/i.test(text);

/**
 * There is no connection, whatever the reason: a password, right, database or certificate that no longer holds. The code is
 * PostgreSQL's for that, and the severity what Prisma takes its errors by.
 */
class RefusedConnection extends Error {
  override readonly name = "RefusedConnection";
  readonly code = "08001";
  readonly severity = "FATAL";

  /** @param cause what `pg`, TLS or the network said */
  constructor(cause: unknown) {
    const { message, code } = cause as { message?: string; code?: string };
    super([message, code && `(${code})`].filter(Boolean).join(" "), { cause });
  }
}

/** Ends a connection by its socket: an idle one that is ended by its own method stays in the pool, which takes out one that breaks. */
function breakOff(client: PoolClient, why: string): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection;
  stream.destroy(new Error(`Connection terminated: ${why}`));
}

/**
 * A pool that ends a connection as soon as an error shows that it is of no use, and with it those that are of no more use
 * (docs/decisions/047), and asks one that has been silent whether it still works before it hands it out. A read whose connection
 * turns out to be broken is run once more on another one.
 */
export class GuardedPool extends Pool {
  readonly #uses = new Map<PoolClient, Use>();
  readonly #config: GuardedPoolConfig;

  constructor(config: GuardedPoolConfig) {
    super(config);
    this.#config = config;
    // An idle connection that breaks is replaced on next use; without a listener it would end the process.
    this.on("error", () => undefined);
    this.on("connect", (client) => this.#guard(client));
    this.on("acquire", (client) => this.#set(client, { idle: false }));
    this.on("release", (_error, client) => {
      if (this.#uses.get(client)?.outdated) void client.end();
      else this.#set(client, { idle: true, kept: true });
    });
    this.on("remove", (client) => this.#uses.delete(client));
    // The forms that return a promise, which are all that is used here, and by Prisma.
    const connect = super.connect.bind(this) as () => Promise<PoolClient>;
    this.connect = (async () => {
      for (;;) {
        const client = await connect().catch((error: unknown) => {
          throw this.ending || isDatabaseUnavailable(error) ? error : new RefusedConnection(error);
        });
        if (await this.#isFit(client)) return client;
        client.release(true);
      }
    }) as Pool["connect"];
    this.query = ((given: string | QueryConfig, values: unknown[]) => {
      const query = typeof given === "string" ? { text: given, values } : given;
      return this.run(() => ({ ...query }), isRead(query.text));
    }) as Pool["query"];
  }

  /**
   * Runs one statement, on one connection.
   * @param statement makes it for the connection it is to run on
   * @param repeatable it may run twice: on a connection that turns out to be broken, and then on another. One that is only late
   *   is not repeated: that would double the load of a database that is slow.
   * @throws the database's error
   */
  async run<Row extends QueryResultRow>(
    statement: (client: PoolClient) => QueryConfig,
    repeatable: boolean,
  ): Promise<QueryResult<Row>> {
    for (let again = false; ; again = true) {
      const client = await this.connect();
      const mayRepeat = repeatable && !again && this.#uses.get(client)?.kept === true;
      try {
        const result = await client.query<Row>(statement(client));
        client.release();
        return result;
      } catch (error) {
        // A connection that failed once is not trusted again; the pool opens another.
        client.release(true);
        const fault = connectionFault(error);
        if (!mayRepeat || fault === null || fault === "late") throw error;
      }
    }
  }

  /** Whether a connection may be handed out. One that has been silent has to answer first, and that it accepts writes. */
  async #isFit(client: PoolClient): Promise<boolean> {
    const use = this.#uses.get(client);
    const { checkMs } = this.#config;
    if (!use || checkMs === undefined || performance.now() - use.answeredAt < SILENT_MS) return true;
    const tooLate = setTimeout(() => {
      // What arrived while this process was busy is read first.
      setImmediate(() => {
        if (performance.now() - use.answeredAt >= SILENT_MS) breakOff(client, "it has been silent, and did not answer");
      });
    }, checkMs);
    try {
      const { rows } = await client.query<{ transaction_read_only: string }>("show transaction_read_only");
      const isReadOnly = rows[0]?.transaction_read_only === "on";
      if (isReadOnly) this.endAll();
      return !isReadOnly;
    } catch {
      return false;
    } finally {
      clearTimeout(tooLate);
    }
  }

  /** Ends the connections of this pool that a fault of one of them speaks against. @param sentAt when the statement that failed was sent */
  #endSuspects(fault: ConnectionFault, sentAt: number): void {
    for (const [client, use] of this.#uses) {
      if (fault === "outdated") use.outdated = true;
      if (!use.idle || (fault !== "outdated" && use.answeredAt >= sentAt)) continue;
      this.#uses.delete(client);
      breakOff(client, "another one of this database was found useless");
    }
  }

  /** Ends every connection to this database: those in use when they are given back. */
  endAll(): void {
    for (const pool of this.#config.siblings()) pool.#endSuspects("outdated", 0);
  }

  #set(client: PoolClient, change: Partial<Use>): void {
    Object.assign(this.#uses.get(client) ?? {}, change);
  }

  /**
   * Watches every statement of a connection. Prisma gives one whose answer is late back to the pool with its transaction
   * still open, where the next request would commit half of it with its own (docs/decisions/032).
   */
  #guard(client: PoolClient): void {
    this.#uses.set(client, { answeredAt: performance.now(), idle: false, kept: false, outdated: false });
    // A connection that breaks fails its statement; without a listener it would end the process as well.
    client.on("error", () => undefined);
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    client.query = (...args: unknown[]) => {
      const sentAt = performance.now();
      const answer = query(...args);
      const answered = () => this.#set(client, { answeredAt: performance.now() });
      answer.then(answered, (error: unknown) => {
        const fault = connectionFault(error);
        if (fault === null) return answered();
        if (isForeignStatement(error)) doubtPooler();
        void client.end();
        for (const pool of this.#config.siblings()) pool.#endSuspects(fault, sentAt);
      });
      return answer as never;
    };
  }
}
