import "server-only";

import { Pool, type PoolClient, type PoolConfig, type QueryConfig, type QueryResult, type QueryResultRow } from "pg";

import { type ConnectionFault, connectionFault, isDatabaseUnavailable } from "@/lib/db/errors";
import { doubtPooler, isForeignStatement } from "@/lib/db/pooler-check";

/** State of one pooled connection. */
interface Use {
  /** When it last responded, or was opened, by performance.now(). */
  answeredAt: number;
  /** It is not checked out. */
  idle: boolean;
  /** It was used before, so it may have broken since. */
  kept: boolean;
  /** It is closed on release. */
  outdated: boolean;
}

export interface GuardedPoolConfig extends PoolConfig {
  /** Timeout of the liveness check for a connection that has been silent, in milliseconds; no check if absent. */
  readonly checkMs?: number;
  /** All pools of this database: a fault on one also discards connections of the others. */
  readonly siblings: () => Iterable<GuardedPool>;
}

/**
 * Silence after which a connection is checked before use, in milliseconds. Under load no connection is silent this long, so a
 * busy database gets no extra queries. Firewalls drop idle connections after minutes, not seconds.
 */
const SILENT_MS = 5_000;

const isRead = (text: string) =>
  /^\s*(select|with|show)\b/i.test(text) && !/\b(insert|update|delete|merge|nextval|setval)\b/i.test(text);

/**
 * Any connection failure, such as an invalid password, privilege, database or certificate. It has PostgreSQL's code for that,
 * and the severity by which Prisma recognises database errors.
 */
class RefusedConnection extends Error {
  override readonly name = "RefusedConnection";
  readonly code = "08001";
  readonly severity = "FATAL";

  /** @param cause the error of `pg`, TLS or the network */
  constructor(cause: unknown) {
    const { message, code } = cause as { message?: string; code?: string };
    super([message, code && `(${code})`].filter(Boolean).join(" "), { cause });
  }
}

/** Destroys a connection's socket: the pool removes a broken connection, but keeps an idle one closed with `end`. */
function breakOff(client: PoolClient, why: string): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(error: Error): void } } }).connection;
  stream.destroy(new Error(`Connection terminated: ${why}`));
}

/**
 * A pool that closes a connection as soon as an error shows that it is unusable, together with the connections that the same
 * fault affects (docs/decisions/047). It checks a silent connection before use, and repeats a read once on another connection
 * if its own turns out to be broken.
 */
export class GuardedPool extends Pool {
  readonly #uses = new Map<PoolClient, Use>();
  readonly #config: GuardedPoolConfig;

  constructor(config: GuardedPoolConfig) {
    super(config);
    this.#config = config;
    // The pool replaces an idle connection that breaks; without a listener its error would end the process.
    this.on("error", () => undefined);
    this.on("connect", (client) => this.#guard(client));
    this.on("acquire", (client) => this.#set(client, { idle: false }));
    this.on("release", (_error, client) => {
      if (this.#uses.get(client)?.outdated) void client.end();
      else this.#set(client, { idle: true, kept: true });
    });
    this.on("remove", (client) => this.#uses.delete(client));
    // Only the promise forms: neither this app nor Prisma uses callbacks.
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
   * Runs one statement.
   * @param statement builds it for the connection it runs on
   * @param repeatable whether it may run again on another connection if its own is broken. A late statement is never repeated:
   *   that would double the load on a slow database.
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
        // The pool replaces a connection after any failure.
        client.release(true);
        const fault = connectionFault(error);
        if (!mayRepeat || fault === null || fault === "late") throw error;
      }
    }
  }

  /** Whether a connection may be used. A silent one must first respond and accept writes. */
  async #isFit(client: PoolClient): Promise<boolean> {
    const use = this.#uses.get(client);
    const { checkMs } = this.#config;
    if (!use || checkMs === undefined || performance.now() - use.answeredAt < SILENT_MS) return true;
    const tooLate = setTimeout(() => {
      // First reads a response that arrived while this process was busy.
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

  /** Closes the connections that a fault also affects. @param sentAt when the failed statement was sent, by performance.now() */
  #endSuspects(fault: ConnectionFault, sentAt: number): void {
    for (const [client, use] of this.#uses) {
      if (fault === "outdated") use.outdated = true;
      if (!use.idle || (fault !== "outdated" && use.answeredAt >= sentAt)) continue;
      this.#uses.delete(client);
      breakOff(client, "another one of this database was found useless");
    }
  }

  /** Closes every connection to this database, those in use on release. */
  endAll(): void {
    for (const pool of this.#config.siblings()) pool.#endSuspects("outdated", 0);
  }

  #set(client: PoolClient, change: Partial<Use>): void {
    Object.assign(this.#uses.get(client) ?? {}, change);
  }

  /**
   * Watches every statement of a connection. After a timeout, Prisma releases the connection with its transaction still open,
   * and the next request would commit half of it with its own (docs/decisions/032).
   */
  #guard(client: PoolClient): void {
    this.#uses.set(client, { answeredAt: performance.now(), idle: false, kept: false, outdated: false });
    // The statement reports a broken connection; without a listener the error would end the process as well.
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
