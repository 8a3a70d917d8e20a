import { isDatabaseUnavailable } from "@/lib/db/errors";
import type { ErrorCode } from "@/lib/errors/codes";
import type { Reason } from "@/lib/errors/reasons";

/** The default reason of each code. `conflict` is only the dashboard's: every conflict of the public API names its reason. */
export const USUAL_REASONS: Readonly<Record<ErrorCode, Reason | "conflict">> = {
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

/** Messages by form field, as the page or the envelope shows them. */
export type FieldErrors = Readonly<Record<string, string>>;

/**
 * The one error class: a refusal whose message may be shown to the caller.
 * Any other error is a fault of this service and answers INTERNAL without its message.
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
   * @param message one sentence for the caller; never a secret
   * @param extra `reason` refines the code for programs, `fields` puts messages beside form fields, `details` goes into the
   *   envelope, `retryAfterSeconds` into `Retry-After`, `cause` into the log only
   */
  constructor(
    code: ErrorCode,
    message: string,
    extra: { reason?: Reason; cause?: unknown } & Partial<
      Pick<AppError, "fields" | "details" | "retryAfterSeconds">
    > = {},
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
 * Which unavailable dependency caused an error.
 * @returns null for any other error
 */
export function unavailableReason(error: unknown): AppError["reason"] | null {
  // By its code: another bundle's AppError is another class.
  const { code, reason = "database_unavailable" } = (error ?? {}) as Partial<AppError>;
  if (code === "UNAVAILABLE") return reason;
  return isDatabaseUnavailable(error) ? "database_unavailable" : null;
}

/** The 503 of a request that needs the database while it is unavailable. */
export function databaseUnavailable(
  cause: unknown,
  message = "The database is unavailable right now. Try again shortly.",
): AppError {
  return new AppError("UNAVAILABLE", message, { cause });
}

/**
 * The refusal that an error is answered with: its own, UNAVAILABLE while the database is unavailable, INTERNAL for a fault of this service.
 * @param messages those of a fault and of an outage
 */
export function refusalOf(error: unknown, { fault, outage }: { fault: string; outage?: string }): AppError {
  if (error instanceof AppError) return error;
  if (isDatabaseUnavailable(error)) return databaseUnavailable(error, outage);
  return new AppError("INTERNAL", fault, { cause: error });
}
