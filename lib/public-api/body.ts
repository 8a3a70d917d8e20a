import "server-only";

import { z } from "zod";

import { AppError } from "@/lib/errors/app-error";
import type { Warning } from "@/lib/http/envelope";
import type { ApiRequest, HeaderFields } from "@/lib/http/reply";
import { type SourceProblem, sourceProblems } from "@/lib/public-api/json-source";
import { UNEXPECTED_BODY, unknownFieldWarnings } from "@/lib/public-api/warnings";

/** Maximum size of a body, in bytes (docs/api.md, "Envelope"). */
const MAX_BODY_BYTES = 64 * 1024;

/** Maximum nesting depth of a body. */
const MAX_DEPTH = 64;

const tooLarge = () => new AppError("PAYLOAD_TOO_LARGE", "The body is larger than 64 KiB.");

/** Parameters are ignored: RFC 8259 defines none, and JSON is always UTF-8. */
const JSON_TYPE = /^application\/json[ \t]*(;|$)/i;

/**
 * The bytes of a body. It buffers no more than the limit, even if `Content-Length` is wrong.
 * @throws AppError PAYLOAD_TOO_LARGE
 */
async function readBytes({ headers }: ApiRequest, body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (Number(headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (!body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body.values({ preventCancel: true })) {
    length += chunk.byteLength;
    if (length > MAX_BODY_BYTES) break;
    chunks.push(chunk);
  }
  if (length <= MAX_BODY_BYTES) return Buffer.concat(chunks, length);
  // A client may read the response only after it has sent everything, and the connection stays usable for the next request.
  // Cancelling would close the connection before the response arrives. A rejection means that the client hung up.
  body.pipeTo(new WritableStream()).catch(() => undefined);
  throw tooLarge();
}

/** Whether PostgreSQL can't store a text: it contains a NUL or a lone surrogate. */
const isUnstorable = (text: string) => text.includes("\0") || /\p{Cs}/u.test(text);

const UNSTORABLE = "must not contain a NUL or half of a surrogate pair";

/** Maximum number of problems in one refusal. */
const MAX_PROBLEMS = 20;

/** Maximum length of a field name in a refusal, in characters. */
const MAX_NAME = 64;

type Path = readonly (string | number)[];

const pathText = (path: Path) => path.map((part) => String(part).slice(0, MAX_NAME) || '""').join(".");

/** What can't be stored of any parsed body: PostgreSQL would refuse it, or it nests too deep. */
function* valueProblems(root: unknown): Generator<SourceProblem, void, undefined> {
  const open: [value: unknown, path: Path][] = [[root, []]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, path] = next;
    if (typeof value === "string" && isUnstorable(value)) yield { path, message: UNSTORABLE };
    if (typeof value !== "object" || value === null) continue;
    if (path.length >= MAX_DEPTH) {
      yield { path: path.slice(0, 1), message: `must not nest deeper than ${MAX_DEPTH} levels` };
      return;
    }
    for (const [name, inner] of Object.entries(value)) {
      const at = [...path, name];
      if (isUnstorable(name)) yield { path: at, message: UNSTORABLE };
      open.push([inner, at]);
    }
  }
}

/** @throws AppError UNPROCESSABLE if a body can't be stored unchanged */
function assertKeepable(text: string, value: unknown): void {
  // Without a prototype, so that a field named __proto__ is one like any other.
  const fields = Object.create(null) as Record<string, string>;
  let found = 0;
  for (const problems of [valueProblems(value), sourceProblems(text)]) {
    for (const { path, message } of problems) {
      fields[pathText(path)] ??= message;
      if (++found === MAX_PROBLEMS) throw semanticError(fields);
    }
    if (found > 0) throw semanticError(fields);
  }
}

function semanticError(fields: Record<string, string>): AppError {
  const names = Object.keys(fields).map((name) => JSON.stringify(name));
  return new AppError("UNPROCESSABLE", `These fields are missing or invalid: ${names.join(", ")}.`, { fields });
}

/** @throws AppError BAD_REQUEST if it isn't UTF-8 or JSON, UNPROCESSABLE if it can't be stored unchanged */
function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("BAD_REQUEST", "The body is not UTF-8.", { reason: "invalid_utf8" });
  }
  if (text.trim() === "") {
    throw new AppError("BAD_REQUEST", "The body is empty. Send a JSON object.", { reason: "empty_body" });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AppError("BAD_REQUEST", "The body is not JSON.", { reason: "invalid_json" });
  }
  assertKeepable(text, value);
  return value;
}

/** The encodings of a body, except for those that change nothing, each as a short, printable name. */
function encodingsOf(headers: HeaderFields): string[] {
  const codings = [headers.get("content-encoding"), headers.get("transfer-encoding")].join().split(",");
  return codings
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => !["", "identity", "chunked"].includes(coding))
    .map((coding) => (/^[\w-]{1,32}$/.test(coding) ? coding : "unknown"));
}

/**
 * Reads the bytes of a JSON body.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE when it is compressed or not `application/json`, PAYLOAD_TOO_LARGE above 64 KiB
 */
export async function readBody(request: ApiRequest): Promise<Uint8Array> {
  const encodings = encodingsOf(request.headers);
  if (encodings.length > 0) {
    throw new AppError(
      "UNSUPPORTED_MEDIA_TYPE",
      `The body's encoding ${encodings.join(", ")} is not supported. Send the body uncompressed, without Content-Encoding.`,
      { reason: "unsupported_content_encoding" },
    );
  }
  if (!JSON_TYPE.test(request.headers.get("content-type") ?? "")) {
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the body as JSON, with Content-Type: application/json.");
  }
  return readBytes(request, request.body);
}

/** Whether a body lacks the last part of this path but contains its parent. */
function isAbsent(root: unknown, path: readonly PropertyKey[]): boolean {
  let value = root;
  for (const name of path.slice(0, -1)) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[name];
  const last = path.at(-1);
  return last !== undefined && typeof value === "object" && value !== null && !Object.hasOwn(value, last);
}

/** A field's path in `details.fields`: `actions.0.name`, or `body` for the whole body. */
const fieldName = (path: readonly PropertyKey[]) => path.map(String).join(".") || "body";

/**
 * Parses and validates a body.
 * @param schema the endpoint's schema; unknown fields are ignored with a warning each, or refused
 * @throws AppError BAD_REQUEST when it is not UTF-8 or not JSON, UNPROCESSABLE with the fields by their paths
 *   (`actions.0.name`; `body` is the body itself)
 */
export function parseBody<S extends z.ZodType>(bytes: Uint8Array, schema: S) {
  const value = parseJson(bytes);
  const result = schema.safeParse(value);
  if (result.success) return { data: result.data, warnings: unknownFieldWarnings(schema, value) };
  // Without a prototype, so that a field named __proto__ is one like any other.
  const fields = Object.create(null) as Record<string, string>;
  for (const { path, message } of result.error.issues) {
    fields[fieldName(path)] ??= isAbsent(value, path) ? "is required" : message;
  }
  throw semanticError(fields);
}

/**
 * Warnings for the body of an operation that takes none. The body is ignored.
 * @throws AppError PAYLOAD_TOO_LARGE above 64 KiB
 */
export async function warnOfBody(request: ApiRequest, body: ReadableStream<Uint8Array>): Promise<readonly Warning[]> {
  const bytes = await readBytes(request, body);
  if (bytes.byteLength === 0) return [];
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return [UNEXPECTED_BODY];
  }
  const warnings = unknownFieldWarnings(z.object({}), value);
  const isEmptyObject = JSON.stringify(value) === "{}";
  return warnings.length > 0 || isEmptyObject ? warnings : [UNEXPECTED_BODY];
}
