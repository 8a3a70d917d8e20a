import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";
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

/** Says whether the client hung up. An AbortController for each request would cost more than the rest of it. */
class ClientHangUp implements HangUp {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get aborted(): boolean {
    return this.#response.closed && !this.#response.writableFinished;
  }

  throwIfAborted(): void {
    if (this.aborted) throw new DOMException("The client hung up.", "AbortError");
  }

  /** Called when the response has been sent, too: who waits removes it before the response. */
  addEventListener(_type: "abort", listener: () => void): void {
    this.#response.on("close", listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#response.off("close", listener);
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
    this.signal = new ClientHangUp(response);
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
