import { isDatabaseUnavailable } from "@/lib/db/errors";
import type { Reason } from "@/lib/errors/reasons";

/** Every way a request can be refused. The names are the `error.code` values of the public API. */
export type ErrorCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONFLICT"
  | "REQUEST_TIMEOUT"
  | "PRECONDITION_FAILED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "UNPROCESSABLE"
  | "RATE_LIMITED"
  | "HEADERS_TOO_LARGE"
  | "INTERNAL"
  | "UNAVAILABLE";

/** HTTP status of each code (docs/api.md, "Envelope"). */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE: 422,
  RATE_LIMITED: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  UNAVAILABLE: 503,
};

/** The reason of a refusal that names none. `conflict` is the dashboard's: every conflict of the public API names its own. */
const USUAL_REASONS: Readonly<Record<ErrorCode, Reason | "conflict">> = {
  BAD_REQUEST: "malformed_request",
  UNAUTHORIZED: "missing",
  FORBIDDEN: "role_required",
  NOT_FOUND: "not_found",
  METHOD_NOT_ALLOWED: "method_not_allowed",
  REQUEST_TIMEOUT: "request_timeout",
  CONFLICT: "conflict",
  PRECONDITION_FAILED: "etag_mismatch",
  PAYLOAD_TOO_LARGE: "body_too_large",
  UNSUPPORTED_MEDIA_TYPE: "unsupported_content_type",
  UNPROCESSABLE: "invalid_field",
  RATE_LIMITED: "organisation_limit",
  HEADERS_TOO_LARGE: "headers_too_large",
  INTERNAL: "internal_error",
  UNAVAILABLE: "database_unavailable",
};

/** Messages of form fields by field name, in the words the page or the envelope shows. */
export type FieldErrors = Readonly<Record<string, string>>;

/**
 * The one error class: a refusal whose message may be shown to whoever asked.
 * Anything that is not an AppError is our fault and answers INTERNAL without its message.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly reason: Reason | "conflict";
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly fields: FieldErrors | undefined;
  readonly retryAfterSeconds: number | undefined;

  /**
   * @param code which refusal
   * @param message one sentence for the person or program that asked; never a secret
   * @param extra `reason` refines the code for programs, `fields` puts messages beside form fields, `details` goes into the
   *   envelope, `retryAfterSeconds` into `Retry-After`, `cause` into the log only
   */
  constructor(
    code: ErrorCode,
    message: string,
    extra: {
      reason?: Reason;
      fields?: FieldErrors;
      details?: Readonly<Record<string, unknown>>;
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.reason = extra.reason ?? USUAL_REASONS[code];
    this.fields = extra.fields;
    this.details = extra.details;
    this.retryAfterSeconds = extra.retryAfterSeconds;
  }
}

/**
 * Which dependency an error is for want of.
 * @returns null for an error of another kind
 */
export function unavailableReason(error: unknown): AppError["reason"] | null {
  // By its code: a bundle of its own may have made it, whose AppError is another class.
  const { code, reason = "database_unavailable" } = (error ?? {}) as Partial<AppError>;
  if (code === "UNAVAILABLE") return reason;
  return isDatabaseUnavailable(error) ? "database_unavailable" : null;
}

/** The refusal of a request that needs the database when it cannot be asked: 503, to be tried again. */
export function databaseAway(cause: unknown): AppError {
  return new AppError("UNAVAILABLE", "The database is unavailable right now. Try again shortly.", { cause });
}
