import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ReadableStream as Bytes } from "node:stream/web";

import type { ApiRequest, HangUp, HeaderFields } from "@/lib/http/reply";

/** The header fields of a message, as the API's operations read them. */
class Fields implements HeaderFields {
  readonly #fields: IncomingMessage["headers"];

  constructor(fields: IncomingMessage["headers"]) {
    this.#fields = fields;
  }

  get(name: string): string | null {
    const value = this.#fields[name.toLowerCase()];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }
}

/** What is called when a connection closes. One listener of each socket does it: many requests of one connection can wait. */
const hangUps = new WeakMap<Socket, Set<() => void>>();

function listenersOf(socket: Socket): Set<() => void> {
  const known = hangUps.get(socket);
  if (known) return known;
  const made = new Set<() => void>();
  hangUps.set(socket, made);
  socket.once("close", () => {
    for (const listener of made) listener();
  });
  return made;
}

/** Says whether the client hung up. An AbortController for each request would cost more than the rest of it. */
class ClientHangUp implements HangUp {
  readonly #response: ServerResponse;
  readonly #socket: Socket;

  constructor(response: ServerResponse, socket: Socket) {
    this.#response = response;
    this.#socket = socket;
  }

  get aborted(): boolean {
    // A response behind another one on its connection isn't closed with it.
    return (this.#response.closed || this.#socket.destroyed) && !this.#response.writableFinished;
  }

  throwIfAborted(): void {
    if (this.aborted) throw new DOMException("The client hung up.", "AbortError");
  }

  /** Called after a response, too, when its connection closes: who waits removes it before. */
  addEventListener(_type: "abort", listener: () => void): void {
    listenersOf(this.#socket).add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    listenersOf(this.#socket).delete(listener);
  }
}

/** A request of the API. Makes a stream only where it is asked for: a `Request` would make one each time. */
export class IncomingApiRequest implements ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Fields;
  readonly signal: ClientHangUp;
  readonly #message: IncomingMessage;
  #body: ReadableStream<Uint8Array> | null | undefined;

  /** @param target the path and the query */
  constructor(message: IncomingMessage, response: ServerResponse, target: string) {
    this.method = message.method ?? "";
    this.url = `http://localhost${target}`;
    this.headers = new Fields(message.headers);
    this.signal = new ClientHangUp(response, message.socket);
    this.#message = message;
  }

  get body(): ReadableStream<Uint8Array> | null {
    if (this.#body === undefined) {
      const { "content-length": length, "transfer-encoding": encoding } = this.#message.headers;
      // Not read before somebody does: Node discards the rest of a request that nobody has begun to read.
      const isEmpty = encoding === undefined && Number(length ?? 0) === 0;
      this.#body = isEmpty ? null : (Bytes.from(this.#message) as ReadableStream<Uint8Array>);
    }
    return this.#body;
  }
}
