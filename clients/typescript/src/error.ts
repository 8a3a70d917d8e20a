import type { components } from "./schema.js";

type ApiError = components["schemas"]["ErrorResponse"]["error"];

/** A code of the API; `NO_RESPONSE` when the connection failed, `UNEXPECTED_RESPONSE` for what isn't a response of the API. */
export type NeoErrorCode = ApiError["code"] | "NO_RESPONSE" | "UNEXPECTED_RESPONSE";

/** What is known of a failure besides its message. */
interface Facts {
  readonly status?: number;
  readonly code: NeoErrorCode;
  readonly details?: Partial<ApiError["details"]>;
  readonly requestId?: string;
  readonly docUrl?: string;
  readonly retryAfter?: number;
}

/** A request that failed. It never contains the credential. */
export class NeoError extends Error {
  override readonly name = "NeoError";
  /** The HTTP status; undefined when there was no response. */
  readonly status: number | undefined;
  readonly code: NeoErrorCode;
  /** Refines the code, such as `revoked`. New reasons may be added. */
  readonly reason: ApiError["details"]["reason"] | undefined;
  /** More for programs, such as `fields` of a 422. */
  readonly details: Partial<ApiError["details"]>;
  /** Quote it when you report a problem. */
  readonly requestId: string | undefined;
  /** Where the API reference explains the reason, for people. */
  readonly docUrl: string | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { status, code, details = {}, requestId, docUrl, retryAfter }: Facts, cause?: unknown) {
    const facts = [status, code, details.reason, requestId && `request ${requestId}`].filter(Boolean).join(", ");
    super(`${message} (${facts})`, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.reason = details.reason;
    this.details = details;
    this.requestId = requestId;
    this.docUrl = docUrl;
    this.retryAfter = retryAfter;
  }
}

/** Seconds of a `Retry-After` field, which may also be a date (RFC 9110 §10.2.3); undefined for anything else. */
export function retryAfterSeconds(field: string | null, now = Date.now()): number | undefined {
  if (field === null) return undefined;
  if (/^\d+$/.test(field)) return Number(field);
  const at = Date.parse(field);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The error of a response that isn't a success. @param body its JSON; anything when a proxy answered */
export function errorOf({ status, headers }: Response, body: unknown): NeoError {
  const known = {
    status,
    retryAfter: retryAfterSeconds(headers.get("retry-after")),
    requestId: headers.get("x-request-id") ?? undefined,
  };
  const error = isObject(body) && isObject(body.error) ? (body.error as Partial<ApiError>) : undefined;
  if (error?.code === undefined)
    return new NeoError("The response is not one of the API. Check baseUrl, and what is in between.", {
      ...known,
      code: "UNEXPECTED_RESPONSE",
    });
  const { code, message = code, details, doc_url: docUrl } = error;
  return new NeoError(message, { ...known, code, details, docUrl });
}
