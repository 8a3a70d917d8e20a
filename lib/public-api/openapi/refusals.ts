import "server-only";

import { USUAL_REASONS } from "@/lib/errors/app-error";
import type { ErrorCode } from "@/lib/errors/codes";
import { docUrl } from "@/lib/errors/doc-url";
import type { Reason } from "@/lib/errors/reasons";
import type { Json } from "@/lib/public-api/openapi/schema-override";
import { HEADERS, headers, ID, CALLER_HEADERS } from "@/lib/public-api/openapi/parts";
import type { Operation } from "@/lib/public-api/operation";
import type { OperationMethod } from "@/lib/public-api/registry";

/** What each refusal means, and an example: its message, and its reason where that is not the code's usual one. */
const REFUSALS: Readonly<Record<ErrorCode, { means: string; says: string; reason?: Reason; details?: Json }>> = {
  BAD_REQUEST: {
    means: "Malformed JSON, an unknown or malformed parameter, or a repeated Authorization header.",
    reason: "invalid_parameter",
    says: 'Unknown or malformed parameter: "page_size".',
    details: { parameters: { page_size: "must be a whole number from 1 to 200" } },
  },
  UNAUTHORIZED: {
    means: "The credential is missing, malformed, unknown, expired or revoked.",
    says: "This API key has expired.",
    reason: "expired",
  },
  FORBIDDEN: {
    means: "The credential is valid but isn't allowed to do this.",
    reason: "key_not_allowed",
    says: "API-key management requires admin role.",
  },
  NOT_FOUND: {
    means: "It doesn't exist, or it belongs to another organisation. Every undocumented path answers 404, too.",
    says: "No such agent.",
  },
  METHOD_NOT_ALLOWED: {
    means: "The path has no such method; `Allow` lists those it has.",
    says: "/public-api/agents answers GET, HEAD, OPTIONS, POST.",
  },
  CONFLICT: {
    means: "The request conflicts with the current state.",
    reason: "in_progress",
    says: "A request with this Idempotency-Key is still running. Try again shortly.",
  },
  REQUEST_TIMEOUT: {
    means: "The request did not arrive in time.",
    says: "The request did not arrive in time.",
  },
  PRECONDITION_FAILED: {
    means: "`If-Match` does not name the current `ETag`.",
    says: "The agent was changed since you read it. Get it again, then repeat the change.",
  },
  PAYLOAD_TOO_LARGE: {
    means: "The body is larger than 64 KiB.",
    says: "The body is larger than 64 KiB.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    means: "The body is not application/json.",
    says: "Send the body as JSON, with Content-Type: application/json.",
  },
  UNPROCESSABLE: {
    means: "The body is well-formed but semantically invalid; `details.fields` names the fields.",
    says: 'These fields are missing or invalid: "name".',
    details: { fields: { name: "must have 1 to 200 characters" } },
  },
  RATE_LIMITED: {
    means: "Too many requests. Retry after the number of seconds in `Retry-After`.",
    says: "Your organisation has reached its limit of 1,200 requests per minute.",
  },
  HEADERS_TOO_LARGE: {
    means: "More than 1,000 header fields, or more than 16 KiB of them.",
    reason: "too_many_headers",
    says: "The request has more than 1,000 header fields.",
  },
  INTERNAL: {
    means: "An error on our side. Quote the request id.",
    says: "Something went wrong on our side. Quote the request id when you report it.",
  },
  UNAVAILABLE: {
    means: "A dependency of the service is unavailable or too busy. Retry after `Retry-After`.",
    says: "The database is unavailable right now. Try again shortly.",
  },
};

/** Refusals that can come before the credential or its organisation is found valid: their limit headers are optional. */
const EARLY = new Set<ErrorCode>([
  "BAD_REQUEST",
  "FORBIDDEN",
  "NOT_FOUND",
  "PAYLOAD_TOO_LARGE",
  "REQUEST_TIMEOUT",
  "RATE_LIMITED",
  "HEADERS_TOO_LARGE",
  "INTERNAL",
  "UNAVAILABLE",
]);

function callerHeaders(code: ErrorCode): Json {
  if (code === "UNAUTHORIZED" || code === "METHOD_NOT_ALLOWED") return {};
  if (!EARLY.has(code)) return headers(CALLER_HEADERS);
  return Object.fromEntries(CALLER_HEADERS.map((name) => [name, { ...HEADERS[name], required: false }]));
}

/** `RATE_LIMITED` as the name of a component: `RateLimited`. */
export const nameOf = (code: string) =>
  code.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The response that a code documents. @param dashboard the dashboard's origin, for its example */
export function refusalResponse(code: ErrorCode, dashboard: string): Json {
  const { means, says, reason = USUAL_REASONS[code], details } = REFUSALS[code];
  const more: Partial<Record<ErrorCode, string[]>> = {
    UNAUTHORIZED: ["WWW-Authenticate"],
    FORBIDDEN: ["WWW-Authenticate"],
    METHOD_NOT_ALLOWED: ["Allow"],
    RATE_LIMITED: ["Retry-After"],
    UNAVAILABLE: ["Retry-After"],
  };
  return {
    description: means,
    headers: { ...headers(["X-Request-Id", ...(more[code] ?? [])]), ...callerHeaders(code) },
    content: {
      "application/json": {
        schema: { $ref: "#/components/schemas/ErrorResponse" },
        example: {
          error: { code, message: says, doc_url: docUrl(dashboard, reason), details: { reason, ...details } },
          meta: { request_id: ID },
        },
      },
    },
  };
}

/** The refusals that an operation can answer with. */
export const refusalsOf = ({ allow, body, query, idempotent, etag }: Operation, method: OperationMethod) =>
  (Object.keys(REFUSALS) as ErrorCode[]).filter((code) => {
    if (code === "UNAUTHORIZED" || code === "FORBIDDEN") return allow !== "anyone";
    if (code === "CONFLICT") return idempotent !== undefined || method !== "GET";
    if (code === "PRECONDITION_FAILED") return etag === true && method !== "GET";
    if (code === "UNSUPPORTED_MEDIA_TYPE") return body !== undefined;
    if (code === "UNPROCESSABLE")
      return body !== undefined || idempotent !== undefined || Object.hasOwn(query.shape, "from");
    return true;
  });
