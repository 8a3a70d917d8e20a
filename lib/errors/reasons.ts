import type { ErrorCode } from "@/lib/errors/codes";

/**
 * Every `error.details.reason` of the public API: the code that it refines, and what it means. Programs branch on these names, so a
 * name is never changed or reused. A test drives the API into each of them.
 */
export const REASONS = {
  malformed_request: [
    "BAD_REQUEST",
    "The request is not valid HTTP/1.1, for example because it has two `Host` fields; the connection may be closed.",
  ],
  malformed_query: ["BAD_REQUEST", "The query has a `%` that does not begin a UTF-8 character in hexadecimal."],
  repeated_authorization: ["BAD_REQUEST", "`Authorization` was sent more than once."],
  invalid_parameter: [
    "BAD_REQUEST",
    "A query parameter is unknown, repeated or malformed; `details.parameters` has a message for each.",
  ],
  invalid_cursor: ["BAD_REQUEST", "The cursor was altered, or belongs to another list, filter or organisation."],
  invalid_idempotency_key: ["BAD_REQUEST", "`Idempotency-Key` is not 1 to 255 printable ASCII characters."],
  empty_body: ["BAD_REQUEST", "The body is empty where a JSON object is required."],
  invalid_json: ["BAD_REQUEST", "The body is not JSON."],
  invalid_utf8: ["BAD_REQUEST", "The body is not UTF-8."],
  missing: ["UNAUTHORIZED", "No credential was sent."],
  malformed: [
    "UNAUTHORIZED",
    "The credential is not an API key or a valid access token; the message says what is wrong.",
  ],
  wrong_environment: ["UNAUTHORIZED", "The API key belongs to another environment."],
  unknown: [
    "UNAUTHORIZED",
    "No such API key exists, or the person of the access token is not a member or has a disabled account.",
  ],
  expired: ["UNAUTHORIZED", "The API key or access token has expired."],
  revoked: ["UNAUTHORIZED", "The API key was revoked."],
  rotated_out: ["UNAUTHORIZED", "The API key was rotated and its 24 hours are over."],
  fresh_sign_in_required: [
    "UNAUTHORIZED",
    "The person signed in more than `details.max_age` seconds ago, or the token doesn't say when they did.",
  ],
  key_not_allowed: ["FORBIDDEN", "An API key can't do this; it requires a person's access token."],
  key_read_only: ["FORBIDDEN", "The API key is read-only, and this changes something."],
  role_required: ["FORBIDDEN", "The person's role does not allow this."],
  application_not_bound: [
    "FORBIDDEN",
    "No admin has bound the application of the access token; `details` has the ids that the binding takes.",
  ],
  application_expired: ["FORBIDDEN", "The binding of the application has expired."],
  key_managers_disallowed: ["FORBIDDEN", "The organisation doesn't allow applications to manage keys."],
  application_role: ["FORBIDDEN", "The application's role does not allow this."],
  network_not_allowed: ["FORBIDDEN", "The API key or application may not call from this address."],
  organisation_disabled: ["FORBIDDEN", "The organisation of the credential is not enabled."],
  personal_account: ["FORBIDDEN", "The access token belongs to a personal Microsoft account."],
  unknown_path: ["NOT_FOUND", "The API has no such path."],
  not_found: ["NOT_FOUND", "It does not exist, or belongs to another organisation."],
  method_not_allowed: ["METHOD_NOT_ALLOWED", "The path does not have this method; `Allow` lists those it has."],
  request_timeout: ["REQUEST_TIMEOUT", "The request did not arrive in time; the connection is closed."],
  in_progress: [
    "CONFLICT",
    "Another request with this `Idempotency-Key` is still running. Retry after the seconds in `Retry-After`.",
  ],
  already_made: [
    "CONFLICT",
    "This `Idempotency-Key` already created an API key, which was shown only once; `details.id` is its id.",
  ],
  already_rotated: ["CONFLICT", "The API key was already rotated; `details.successor_id` is the id of its successor."],
  already_revoked: ["CONFLICT", "The API key is revoked and can't be rotated."],
  already_expired: ["CONFLICT", "The API key has expired and can't be rotated."],
  immutable_field: ["CONFLICT", "`details.fields` names fields that cannot change once an agent exists."],
  key_limit_reached: ["CONFLICT", "The organisation has reached its limit of API keys in use."],
  body_too_large: ["PAYLOAD_TOO_LARGE", "The body is larger than 64 KiB."],
  etag_mismatch: [
    "PRECONDITION_FAILED",
    "The agent was changed since: its `ETag` is not in `If-Match`. Get it again, then repeat the change.",
  ],
  unsupported_content_encoding: [
    "UNSUPPORTED_MEDIA_TYPE",
    "The body is compressed. Send it without `Content-Encoding`, as `Accept-Encoding: identity` says.",
  ],
  unsupported_content_type: ["UNSUPPORTED_MEDIA_TYPE", "The body's `Content-Type` is not `application/json`."],
  invalid_field: [
    "UNPROCESSABLE",
    "The body is well-formed but semantically invalid; `details.fields` has a message for each invalid field.",
  ],
  idempotency_key_reused: ["UNPROCESSABLE", "This `Idempotency-Key` was used with another body."],
  invalid_range: ["UNPROCESSABLE", "`from` is after `to`; `details.parameters` has the message."],
  organisation_limit: ["RATE_LIMITED", "The organisation has reached its limit of requests per minute."],
  address_limit: ["RATE_LIMITED", "Too many requests without a valid credential came from this client address."],
  new_key_limit: ["RATE_LIMITED", "The organisation has reached its limit of new API keys per minute."],
  too_many_headers: ["HEADERS_TOO_LARGE", "The request has more than 1,000 header fields."],
  headers_too_large: [
    "HEADERS_TOO_LARGE",
    "The address and header fields are larger than 16 KiB; the connection is closed.",
  ],
  internal_error: ["INTERNAL", "A fault on our side. Quote the request id when you report it."],
  database_unavailable: ["UNAVAILABLE", "The database cannot be reached. Retry after the seconds in `Retry-After`."],
  lists_busy: [
    "UNAVAILABLE",
    "Too many lists of agents are being read at the same time. Retry after the seconds in `Retry-After`.",
  ],
  identity_provider_unavailable: [
    "UNAVAILABLE",
    "Microsoft's signing keys cannot be fetched, so no access token can be verified.",
  ],
} as const satisfies Readonly<Record<string, readonly [code: ErrorCode, meaning: string]>>;

/** A value of `error.details.reason`. */
export type Reason = keyof typeof REASONS;

/** Why a credential is refused: the reasons of a 401. */
export type CredentialProblem = {
  [R in Reason]: (typeof REASONS)[R][0] extends "UNAUTHORIZED" ? R : never;
}[Reason];
export const CREDENTIAL_PROBLEMS = (Object.keys(REASONS) as Reason[]).filter(
  (reason): reason is CredentialProblem => REASONS[reason][0] === "UNAUTHORIZED",
);
