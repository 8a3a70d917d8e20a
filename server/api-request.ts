import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";
import { ReadableStream as Bytes } from "node:stream/web";

import type { ApiRequest, HeaderFields } from "@/lib/http/reply";

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

/** A request of the API. Makes a signal and a stream only where they are asked for: a `Request` would make both each time. */
export class IncomingApiRequest implements ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Fields;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  #signal: AbortSignal | undefined;
  #body: ReadableStream<Uint8Array> | null | undefined;

  /** @param target the path and the query */
  constructor(message: IncomingMessage, response: ServerResponse, target: string) {
    this.method = message.method ?? "";
    this.url = `http://localhost${target}`;
    this.headers = new Fields(message.headers);
    this.#message = message;
    this.#response = response;
  }

  get signal(): AbortSignal {
    if (!this.#signal) {
      const controller = new AbortController();
      this.#signal = controller.signal;
      const hungUp = () => {
        if (!this.#response.writableFinished) controller.abort();
      };
      if (this.#response.closed) hungUp();
      else this.#response.once("close", hungUp);
    }
    return this.#signal;
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
