/** Header fields by name, in any case. */
export type HeaderFields = Pick<Headers, "get" | "has">;

/** The part of an `AbortSignal` that says whether, and when, a client hangs up. */
export interface HangUp extends Pick<AbortSignal, "aborted" | "throwIfAborted"> {
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What the API's operations read of a request: Next's `Request` has it, and the server's own (server/api-request.ts). */
export interface ApiRequest {
  readonly method: string;
  /** The address, absolute or from its path on; only the query is read. */
  readonly url: string;
  readonly headers: HeaderFields;
  /** Aborted when the client hangs up before it was answered. */
  readonly signal: HangUp;
  /** Null without a body. */
  readonly body: ReadableStream<Uint8Array> | null;
}

/** An answer of the API, complete: the server writes it as it is, and Next gets a `Response` of it (docs/decisions/039). */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In parts, so that answers can share some; none for a 204 or a 304. */
  readonly body: readonly (string | Buffer)[];
}

/** A body in one piece. */
export const joined = (body: Reply["body"]) =>
  Buffer.concat(body.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));

/** The reply as a `Response`. */
export function responseOf({ status, headers, body }: Reply): Response {
  return new Response(body.length === 0 ? null : joined(body), { status, headers });
}
