import "server-only";

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What a client has to do next: nothing for now, send its first request, the rest of a head or of a body, or read an answer. */
type Awaited = "nothing" | "first byte" | "head" | "body" | "answer";

/** How long a client may take, in milliseconds (docs/decisions/030). A head and a body count from the request's first byte. */
export type SlowLimits = Readonly<Record<Exclude<Awaited, "nothing"> | "check", number>>;

export const SLOW_LIMITS: SlowLimits = {
  // Load balancers open connections in advance.
  "first byte": 75_000,
  head: 15_000,
  body: 30_000,
  // From the last byte that was read of it.
  answer: 60_000,
  // How often connections are checked: each limit may be exceeded by twice as much.
  check: 5_000,
};

/** Requests of one connection that may wait for their answers. */
export const MAX_PENDING = 100;

type Ends = Pick<Socket, "bytesRead" | "writableLength">;

/** A client's connection, and what is awaited from it. Times are milliseconds by performance.now(). */
export class ClientConnection {
  readonly #socket: Ends;
  #request: Pick<IncomingMessage, "complete"> | undefined;
  #pending = 0;
  #awaited: Exclude<Awaited, "answer"> = "first byte";
  #since: number;
  /** Bytes received when the last answer was sent: more of them, without a request, are the beginning of a head. */
  #received = 0;
  /** Bytes of an answer that were unsent at the last check, and since when. */
  #unsent = { bytes: 0, since: 0 };
  /** Bytes received at the last sweep, when nothing was awaited; null while something was. */
  #idleAt: number | null = null;

  constructor(socket: Ends, now: number) {
    this.#socket = socket;
    this.#since = now;
  }

  /** Notes the head of a request. @returns how many requests wait for their answers */
  begin(request: Pick<IncomingMessage, "complete">, response: Pick<ServerResponse, "once">, now: number): number {
    if (this.#awaited !== "head") this.#since = now;
    this.#awaited = "body";
    this.#request = request;
    response.once("close", () => {
      if (--this.#pending > 0) return;
      this.#request = undefined;
      this.#awaited = "nothing";
      this.#received = this.#socket.bytesRead;
    });
    return ++this.#pending;
  }

  /** Whether what is awaited takes too long. Called at intervals: it is by comparing that a head is noticed. */
  isTooSlow(limits: SlowLimits, now: number): boolean {
    const { bytesRead, writableLength } = this.#socket;
    if (this.#request?.complete) this.#awaited = "nothing";
    if (this.#pending === 0 && this.#awaited !== "head" && bytesRead > this.#received) {
      this.#awaited = "head";
      this.#since = now;
    }
    if (writableLength !== this.#unsent.bytes) this.#unsent = { bytes: writableLength, since: now };
    if (writableLength > 0 && now - this.#unsent.since > limits.answer) return true;
    return this.#awaited !== "nothing" && now - this.#since > limits[this.#awaited];
  }

  /** Whether nothing has happened on it since this was last asked: no request is under way, begun or answered. */
  stayedIdle(): boolean {
    const { bytesRead, writableLength } = this.#socket;
    const isIdle = this.#pending === 0 && writableLength === 0 && bytesRead === this.#received;
    const stayed = isIdle && this.#idleAt === bytesRead;
    this.#idleAt = isIdle ? bytesRead : null;
    return stayed;
  }
}

/**
 * The connections of a server. Closes those whose clients are too slow: Node's own timeouts also count the time that a connection was
 * open before its first byte, so they can't tell a slow client from a balancer's spare connection.
 */
export class Connections {
  readonly #all = new Map<Socket, ClientConnection>();

  /** @param refuse answers and closes a connection, with 408 where an answer is possible */
  constructor(server: Server, limits: SlowLimits, refuse: (socket: Socket) => void) {
    server.on("connection", (socket: Socket) => {
      this.#all.set(socket, new ClientConnection(socket, performance.now()));
      socket.once("close", () => this.#all.delete(socket));
    });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const pending = this.#all.get(request.socket)?.begin(request, response, performance.now()) ?? 0;
      if (pending > MAX_PENDING) request.socket.destroy();
    });
    const check = setInterval(() => {
      for (const [socket, connection] of this.#all) {
        if (!connection.isTooSlow(limits, performance.now())) continue;
        // Who never asked hears nothing: an answer could cross with a first request.
        if (socket.bytesRead === 0) socket.destroy();
        else refuse(socket);
      }
    }, limits.check).unref();
    server.once("close", () => clearInterval(check));
  }

  /** Closes the connections on which nothing has happened since this was last called. */
  closeIdle(): void {
    for (const [socket, connection] of this.#all) if (connection.stayedIdle()) socket.destroy();
  }
}
