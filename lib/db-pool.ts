import "server-only";

import { Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResult, type QueryResultRow } from "pg";

import { type ConnectionFault, connectionFault } from "@/lib/db-errors";
import { doubtPooler, isForeignStatement } from "@/lib/pooler-check";

/** What a pool knows of one of its connections. */
interface Use {
  /** When it last answered, or was opened, by performance.now(). */
  answeredAt: number;
  /** Nobody has it now. */
  idle: boolean;
  /** It has been used before: it may have died since. */
  kept: boolean;
  /** It is ended when it is given back. */
  outdated: boolean;
}

export interface GuardedPoolConfig extends PoolConfig {
  /** How long a read may take on a connection that was kept, before it is tried once more on another one, in milliseconds. */
  readonly firstTryMs: number;
  /** All pools of this database: what one learns of its connections, it tells the others. */
  readonly siblings: () => Iterable<GuardedPool>;
}

const isRead = (text: string) =>
  /^\s*(select|with|show)\b/i.test(text) && !/\b(insert|update|delete|merge|nextval|setval)\b/i.test(text);

/**
 * A pool that ends a connection as soon as an error shows that it is of no use, and with it those that are of no more use
 * (docs/decisions/0110). A read that fails on such a connection is run once more on another one.
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
      else this.#set(client, { idle: true, kept: true, answeredAt: performance.now() });
    });
    this.on("remove", (client) => this.#uses.delete(client));
    // The forms that return a promise, which are all that is used here.
    this.query = ((given: string | QueryConfig, values: unknown[]) => {
      const query = typeof given === "string" ? { text: given, values } : given;
      return this.run(() => ({ ...query }), isRead(query.text));
    }) as Pool["query"];
  }

  /**
   * Runs one statement, on one connection.
   * @param statement makes it for the connection it is to run on
   * @param repeatable it may run twice: on a connection that turns out to be dead, and then on another
   * @throws the database's error
   */
  async run<Row extends QueryResultRow>(
    statement: (client: PoolClient) => QueryConfig,
    repeatable: boolean,
  ): Promise<QueryResult<Row>> {
    for (let again = false; ; again = true) {
      const client = await this.connect();
      const mayRepeat = repeatable && !again && this.#uses.get(client)?.kept === true;
      const query: QueryConfig & { query_timeout?: number } = statement(client);
      if (mayRepeat) query.query_timeout = this.#config.firstTryMs;
      try {
        const result = await client.query<Row>(query);
        client.release();
        return result;
      } catch (error) {
        // A connection that failed once is not trusted again; the pool opens another.
        client.release(true);
        if (!mayRepeat || connectionFault(error) === null) throw error;
      }
    }
  }

  /** Ends the connections of this pool that a fault of one of them speaks against. @param sentAt when the statement that failed was sent */
  #endSuspects(fault: ConnectionFault, sentAt: number): void {
    for (const [client, use] of this.#uses) {
      if (fault === "outdated") use.outdated = true;
      if (!use.idle || (fault === "lost" && use.answeredAt >= sentAt)) continue;
      this.#uses.delete(client);
      // By its socket: an idle connection that is ended by its own method stays in the pool. The pool takes out one that breaks.
      (client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection.stream.destroy(
        new Error("Connection terminated: another one of this database was found useless"),
      );
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
   * still open, where the next request would commit half of it with its own (docs/decisions/0088).
   */
  #guard(client: PoolClient): void {
    this.#uses.set(client, { answeredAt: performance.now(), idle: false, kept: false, outdated: false });
    // A connection that breaks fails its statement; without a listener it would end the process as well.
    client.on("error", () => undefined);
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    client.query = (...args: unknown[]) => {
      const sentAt = performance.now();
      const answer = query(...args);
      answer.catch((error: unknown) => {
        const fault = connectionFault(error);
        if (fault === null) return;
        if (isForeignStatement(error)) doubtPooler();
        void client.end();
        for (const pool of this.#config.siblings()) pool.#endSuspects(fault, sentAt);
      });
      return answer as never;
    };
  }
}
