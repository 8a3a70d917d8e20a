import { once } from "node:events";
import { connect, type Socket } from "node:net";

import { setting } from "./fixtures";

/** A response as received over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name; the values of repeated fields are joined. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Opens a TCP connection to the application, without an HTTP client. */
export async function dial(): Promise<Socket> {
  const socket = connect(Number(new URL(setting("NEO_E2E_URL")).port), "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** Reads everything received on a connection until it closes, even after an error. */
export async function hear(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(chunks);
}

/** A request head: request line, fields, empty line. */
export function head(line: string, fields: readonly string[] = []): string {
  return [line, "Host: localhost", ...fields, "", ""].join("\r\n");
}

/** Sends only this, and returns what is received until the server closes. */
export async function say(text: string | Buffer): Promise<Buffer> {
  const socket = await dial();
  const heard = hear(socket);
  socket.write(text);
  return heard;
}

function unchunked(raw: Buffer): { body: Buffer; end: number } {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = raw.indexOf("\r\n", at);
    const size = Number.parseInt(raw.toString("latin1", at, line), 16);
    const from = line + 2;
    at = from + size + 2;
    if (line < 0 || Number.isNaN(size) || at > raw.length) throw new Error(`a chunk is cut off: ${raw.toString()}`);
    if (size === 0) return { body: Buffer.concat(parts), end: at };
    parts.push(raw.subarray(from, from + size));
  }
}

/**
 * Parses the responses to these requests, in order.
 * @param methods of the requests, because the response to HEAD has no body whatever its fields say
 * @throws Error when there are fewer or more responses, or one is truncated
 */
export function answersOf(raw: Buffer, methods: readonly string[]): WireAnswer[] {
  let rest = raw;
  const answers: WireAnswer[] = [];
  for (const method of methods) {
    const end = rest.indexOf("\r\n\r\n");
    const [line = "", ...fields] = rest.toString("latin1", 0, Math.max(end, 0)).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1]);
    if (end < 0 || !status) throw new Error(`no answer to ${method}: ${rest.toString()}`);
    const headers = new Map<string, string>();
    for (const field of fields) {
      const colon = field.indexOf(":");
      const name = field.slice(0, colon).toLowerCase();
      const value = field.slice(colon + 1).trim();
      headers.set(name, headers.has(name) ? `${headers.get(name) ?? ""}, ${value}` : value);
    }
    rest = rest.subarray(end + 4);
    const length = Number(headers.get("content-length") ?? (headers.get("connection") === "close" ? rest.length : 0));
    const { body, end: taken } =
      method === "HEAD" || status === 204 || status < 200
        ? { body: Buffer.alloc(0), end: 0 }
        : headers.has("transfer-encoding")
          ? unchunked(rest)
          : { body: rest.subarray(0, length), end: length };
    if (taken > rest.length) throw new Error(`the body of the answer to ${method} is cut off`);
    rest = rest.subarray(taken);
    answers.push({ status, headers, body: body.toString() });
  }
  if (rest.length > 0) throw new Error(`more than was asked for: ${rest.toString()}`);
  return answers;
}

/** Sends one request with `Connection: close`, and reads its response. */
export async function ask(
  line: string,
  fields: readonly string[] = [],
  body: string | Buffer = "",
): Promise<WireAnswer> {
  const raw = await say(
    Buffer.concat([Buffer.from(head(line, [...fields, "Connection: close"]), "latin1"), Buffer.from(body)]),
  );
  const [answer] = answersOf(raw, [line.split(" ", 1)[0] ?? ""]);
  if (!answer) throw new Error("no answer");
  return answer;
}
