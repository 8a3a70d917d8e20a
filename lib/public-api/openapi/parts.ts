import "server-only";

import { REASONS } from "@/lib/errors/reasons";
import { STATUS } from "@/lib/errors/app-error";
import type { Json } from "@/lib/public-api/openapi/json-schemas";

/** An id, for examples. */
export const ID = "0b9d9f6e-6a0e-4a55-9f9c-2f6d0e4f2b11";

const text = (description: string, example: string): Json => ({
  description,
  required: true,
  schema: { type: "string", examples: [example] },
});
const whole = (description: string, example: number): Json => ({
  description,
  required: true,
  schema: { type: "integer", minimum: 0, examples: [example] },
});

/** Every header that an answer can have. */
export const HEADERS: Record<string, Json> = {
  "X-Request-Id": {
    description: "The id of the request, as in `meta`.",
    required: true,
    schema: { type: "string", format: "uuid" },
  },
  "X-RateLimit-Limit": whole("Calls that the organisation may make in any 60 seconds.", 1200),
  "X-RateLimit-Remaining": whole("Calls it has left.", 1199),
  "X-RateLimit-Reset": whole("When it has more again, in Unix seconds.", 1795417000),
  RateLimit: text(
    "The same for programs (IETF draft 10): what is left, and seconds until there is more.",
    '"default";r=1199;t=60',
  ),
  "RateLimit-Policy": text("The limit and its window in seconds (IETF draft 10).", '"default";q=1200;w=60'),
  "Retry-After": whole("Seconds to wait.", 7),
  "WWW-Authenticate": text("The challenge of RFC 6750.", 'Bearer realm="neo", error="invalid_token"'),
  Allow: text("The methods of the path.", "GET, HEAD, OPTIONS, POST"),
  ETag: {
    description: "What `If-Match` and `If-None-Match` compare.",
    schema: { type: "string", examples: ['"x7Qp"'] },
  },
  Location: text("The path of what was made.", `/public-api/agents/${ID}`),
  "Idempotency-Replayed": {
    description: "Sent where this is the answer of an earlier call with the same Idempotency-Key.",
    schema: { type: "string", const: "true" },
  },
};
export const SECURITY_SCHEMES: Json = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "neo_sk_<environment>_<24 letters and digits>",
    description: "An API key of the organisation, made in the dashboard.",
  },
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A person's Microsoft Entra access token, however it was obtained.",
  },
  microsoftEntra: {
    type: "openIdConnect",
    openIdConnectUrl: "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
    description:
      "A person's Microsoft Entra access token with the scope `access` of `api://<client id>`: what the person's role allows.",
  },
};

export const IDEMPOTENCY_KEY: Json = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A text of your own, new for each request you mean. Repeated within 24 hours it gets the first answer again, or, " +
    "where that had a secret, 409 with the id of what was made. With another body it is 422.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$", examples: [ID] },
};

const messages = (description: string): Json => ({
  type: "object",
  additionalProperties: { type: "string" },
  description,
});

export const ERROR_RESPONSE: Json = {
  type: "object",
  required: ["error", "meta"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "details"],
      properties: {
        code: { type: "string", enum: Object.keys(STATUS) },
        message: { type: "string", description: "One sentence for people." },
        details: {
          type: "object",
          required: ["reason"],
          description: "More for programs, depending on the code.",
          properties: {
            reason: {
              type: "string",
              enum: Object.keys(REASONS),
              description: "Refines the code, for programs. New reasons may be added.",
            },
            parameters: messages("400: what is wrong with each query parameter."),
            fields: messages("409 and 422: what is wrong with each field of the body, by its path."),
            id: { type: "string", format: "uuid", description: "409: what the first call made." },
            successor_id: { type: "string", format: "uuid", description: "409: what the key was rotated into." },
          },
        },
      },
    },
    meta: {
      type: "object",
      required: ["request_id"],
      properties: { request_id: { type: "string", format: "uuid" } },
    },
  },
};

export const PAGINATION: Json = {
  type: "object",
  required: ["has_more", "next_cursor"],
  properties: {
    has_more: { type: "boolean" },
    next_cursor: { type: ["string", "null"], description: "The `cursor` of the next page; null on the last one." },
  },
};
