import "server-only";

import { z } from "zod";

import { env } from "@/lib/config/env";
import type { AppError } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { docUrl } from "@/lib/errors/doc-url";
import type { Reply } from "@/lib/http/reply";

/** Where a list continues; `next_cursor` is null on its last page. */
export interface Pagination {
  readonly has_more: boolean;
  readonly next_cursor: string | null;
}

/** The schema of one of `meta.warnings`: what was ignored in a request that succeeded, or that its key ends soon. */
export const warning = z
  .object({
    code: z.string().meta({
      description:
        "`unknown_field`, `unexpected_body`, `more_unknown_fields`, `key_rotated` or `key_expiring`. More may be added: expect unknown ones.",
    }),
    message: z.string().meta({ description: "What was ignored and what was probably meant, or what to do in time." }),
    path: z
      .string()
      .optional()
      .meta({ description: "The field in the body, such as `expiresAt`; left out where it is about the whole body." }),
    works_until: z.iso.datetime().optional().meta({ description: "Of `key_rotated`: when the key stops working." }),
    expires_at: z.iso.datetime().optional().meta({ description: "Of `key_expiring`: when the key expires." }),
  })
  .meta({
    id: "Warning",
    description: "Something in the request was ignored, or its API key is about to stop working.",
    example: { code: "unknown_field", message: "Unknown field, ignored. Did you mean expires_at?", path: "expiresAt" },
  });
export type Warning = z.output<typeof warning>;

/** `data` that is already JSON in UTF-8: responses share it without copying. */
export class JsonBytes {
  readonly bytes: Buffer;

  /** @param json valid JSON; not checked again */
  constructor(json: string) {
    this.bytes = Buffer.from(json);
  }
}

/** `Retry-After` in seconds while the database is down: short, because the pool reconnects immediately. */
export const RETRY_AFTER_UNAVAILABLE_S = 2;

const CHALLENGE = 'Bearer realm="neo"';

function headers(requestId: string): Record<string, string> {
  return { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", "X-Request-Id": requestId };
}

/**
 * The success envelope (docs/api.md, "Envelope").
 * @param totalMs how long the request took, in milliseconds; shown with one decimal
 * @param shape the status, 200 when left out; `envelope: false` makes `data` the whole body
 */
export function successReply(
  output: {
    readonly data: unknown;
    readonly pagination?: Pagination;
    readonly headers?: Readonly<Record<string, string>>;
    readonly warnings?: readonly Warning[];
  },
  requestId: string,
  totalMs: number,
  shape: { readonly status?: number; readonly envelope?: boolean } = {},
  extraHeaders?: Record<string, string>,
): Reply {
  const pagination = output.pagination ? `"pagination":${JSON.stringify(output.pagination)},` : "";
  const total = Math.round(totalMs * 10) / 10;
  const warnings = output.warnings ? JSON.stringify(output.warnings) : "[]";
  const meta = `{"request_id":"${requestId}","timings_ms":{"total":${total}},${pagination}"warnings":${warnings}}`;
  return {
    status: shape.status ?? 200,
    headers: Object.assign(headers(requestId), extraHeaders, output.headers),
    body: bodyOf(output.data, shape.envelope === false ? null : meta),
  };
}

/**
 * A page of a list as NDJSON: a line for each item, and what the envelope says of the page in headers (docs/api.md, "NDJSON").
 * @param next where the list continues: a `Link` (RFC 8288); null on the last page
 */
export function linesReply(
  items: readonly unknown[],
  { hasMore, next }: { readonly hasMore: boolean; readonly next: string | null },
  requestId: string,
  extraHeaders?: Record<string, string>,
): Reply {
  const page = { "Content-Type": "application/x-ndjson; charset=utf-8", "X-Has-More": String(hasMore) };
  return {
    status: 200,
    headers: { ...headers(requestId), ...page, ...(next && { Link: `<${next}>; rel="next"` }), ...extraHeaders },
    body: [items.map((item) => `${JSON.stringify(item)}\n`).join("")],
  };
}

/** The 304 for a client that already has the current representation (RFC 9110 §15.4.5). */
export function notModified(
  output: { readonly headers?: Readonly<Record<string, string>> },
  requestId: string,
  extraHeaders?: Record<string, string>,
): Reply {
  const { "Content-Type": _, ...common } = headers(requestId);
  return { status: 304, headers: { ...common, ...extraHeaders, ...output.headers }, body: [] };
}

function bodyOf(data: unknown, meta: string | null): Reply["body"] {
  if (data instanceof JsonBytes) return meta === null ? [data.bytes] : [`{"data":`, data.bytes, `,"meta":${meta}}`];
  const json = JSON.stringify(data);
  return [meta === null ? json : `{"data":${json},"meta":${meta}}`];
}

/** The challenge of a 401 (RFC 6750 §3, RFC 9470 §3), the scope error of a 403; undefined for the rest. */
function challenge({ code, reason, message, details }: AppError): string | undefined {
  if (code === "FORBIDDEN") return `${CHALLENGE}, error="insufficient_scope"`;
  if (code !== "UNAUTHORIZED") return undefined;
  if (reason === "fresh_sign_in_required")
    return `${CHALLENGE}, error="insufficient_user_authentication", error_description="${message}", max_age="${String(details?.max_age)}"`;
  return reason === "missing" ? CHALLENGE : `${CHALLENGE}, error="invalid_token"`;
}

/** The failure envelope as JSON (docs/api.md, "Envelope"). */
export function failureBody({ code, message, reason, details, fields }: AppError, requestId: string): string {
  return JSON.stringify({
    error: { code, message, doc_url: docUrl(env().NEXTAUTH_URL, reason), details: { reason, ...details, fields } },
    meta: { request_id: requestId },
  });
}

/**
 * The failure envelope: status, code and message of a refusal, and the headers that go with it.
 * @param extraHeaders e.g. `Allow` of a 405
 */
export function failureReply(error: AppError, requestId: string, extraHeaders?: Record<string, string>): Reply {
  const all = { ...headers(requestId), ...extraHeaders };
  const authenticate = challenge(error);
  if (authenticate) all["WWW-Authenticate"] = authenticate;
  if (error.reason === "unsupported_content_encoding") all["Accept-Encoding"] = "identity";
  if (error.code === "UNAVAILABLE") all["Retry-After"] = String(RETRY_AFTER_UNAVAILABLE_S);
  if (error.retryAfterSeconds !== undefined) all["Retry-After"] = String(error.retryAfterSeconds);
  return { status: STATUS[error.code], headers: all, body: [failureBody(error, requestId)] };
}
