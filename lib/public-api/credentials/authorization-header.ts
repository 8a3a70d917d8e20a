import { AppError } from "@/lib/errors/app-error";
import type { CredentialProblem } from "@/lib/errors/reasons";
import { malformedCredential } from "@/lib/public-api/credentials/malformed-credential";

/** Maximum length of the header, in characters; Microsoft's access tokens have two to four thousand. */
const MAX_LENGTH = 8_192;

/** One `Bearer` credential, the scheme in any case (RFC 9110 §11.1), the token in the characters of RFC 6750 §2.1. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** The refusal of a credential. @param message one sentence for the caller, without the credential */
export function unauthorized(reason: CredentialProblem, message: string): AppError {
  return new AppError("UNAUTHORIZED", message, { reason });
}

/** The refusal of a valid credential of a disabled or disallowed organisation. */
export function organisationDisabled(credential: "API key" | "access token"): AppError {
  return new AppError("FORBIDDEN", `The organisation of this ${credential} is not enabled.`, {
    reason: "organisation_disabled",
  });
}

/** A JSON document sent in place of the key: its comma doesn't join repeated fields. */
const JSON_DOCUMENT = /^bearer *\{[^{}]*\}$/i;

/**
 * Reads the token from an `Authorization` header.
 * @param header the field's value, repeated fields joined by a comma; null if it wasn't sent
 * @throws AppError UNAUTHORIZED for a missing or malformed bearer token, BAD_REQUEST for a repeated field
 */
export function bearerToken(header: string | null): string {
  if (header === null || header === "") {
    throw unauthorized("missing", "Send an API key in the Authorization header: Authorization: Bearer neo_sk_…");
  }
  // No bearer token contains a comma, so a comma means that two fields were joined (RFC 9110 §5.3).
  if (header.includes(",") && !JSON_DOCUMENT.test(header)) {
    throw new AppError("BAD_REQUEST", "Send exactly one Authorization header, without a comma in it.", {
      reason: "repeated_authorization",
    });
  }
  if (header.length > MAX_LENGTH) {
    throw unauthorized("malformed", `The Authorization header is longer than ${MAX_LENGTH} characters.`);
  }
  const token = BEARER.exec(header)?.[1];
  if (token) return token;
  if (/^bearer *$/i.test(header)) {
    throw unauthorized("missing", "The Authorization header names the Bearer scheme but carries no key after it.");
  }
  throw unauthorized("malformed", malformedCredential(header));
}
