import "server-only";

import { z } from "zod";

import { REASONS } from "@/lib/errors/reasons";
import { STATUS } from "@/lib/errors/codes";
import type { Json } from "@/lib/public-api/openapi/schema-override";

/** An id, for examples. */
export const ID = "0b9d9f6e-6a0e-4a55-9f9c-2f6d0e4f2b11";

const field = (description: string, example: string | number): Json => {
  const type = typeof example === "string" ? { type: "string" } : { type: "integer", minimum: 0 };
  return { description, required: true, schema: { ...type, examples: [example] } };
};

/** Every header that an answer can have. */
export const HEADERS: Record<string, Json> = {
  "X-Request-Id": {
    description: "The id of the request, as in `meta`.",
    required: true,
    schema: { type: "string", format: "uuid" },
  },
  "X-RateLimit-Limit": field("Requests that the organisation may make in any 60 seconds.", 1200),
  "X-RateLimit-Remaining": field("Requests it has left.", 1199),
  "X-RateLimit-Reset": field("When it has more, in Unix seconds.", 1795417000),
  RateLimit: field(
    "The same for programs (IETF draft 10): what is left, and seconds until there is more.",
    '"default";r=1199;t=60',
  ),
  "RateLimit-Policy": field("The limit and its window in seconds (IETF draft 10).", '"default";q=1200;w=60'),
  Deprecation: {
    description: "Sent when the API key of the request was rotated: when, as `@` and Unix seconds (RFC 9745).",
    schema: { type: "string", examples: ["@1795417000"] },
  },
  Sunset: {
    description:
      "Sent when the API key of the request was rotated or expires within 14 days: when it stops working (RFC 8594).",
    schema: { type: "string", examples: ["Tue, 01 Dec 2026 11:00:00 GMT"] },
  },
  "Retry-After": field("Seconds to wait.", 7),
  "WWW-Authenticate": field("The challenge of RFC 6750 or RFC 9470.", 'Bearer realm="neo", error="invalid_token"'),
  Link: {
    description: 'With NDJSON: where the list continues, as `rel="next"` (RFC 8288).',
    schema: { type: "string", examples: ['</public-api/audit-events?order=asc&after=AAAA>; rel="next"'] },
  },
  "X-Has-More": {
    description: "With NDJSON: `meta.pagination.has_more`.",
    schema: { type: "string", enum: ["true", "false"] },
  },
  Vary: {
    description: "Sent where the response depends on `Accept`.",
    schema: { type: "string", examples: ["Accept, Accept-Encoding"] },
  },
  Allow: field("The methods of the path.", "GET, HEAD, OPTIONS, POST"),
  ETag: {
    description: "What `If-Match` and `If-None-Match` compare.",
    schema: { type: "string", examples: ['"x7Qp"'] },
  },
  Location: field("The path of what was created.", `/public-api/agents/${ID}`),
  "Idempotency-Replayed": {
    description: "Sent when this is the response to an earlier request with the same Idempotency-Key.",
    schema: { type: "string", const: "true" },
  },
};

const LIMIT_HEADERS = Object.keys(HEADERS).filter((name) => name.includes("RateLimit"));

/** Of every answer to a valid credential. */
export const CALLER_HEADERS = [...LIMIT_HEADERS, "Deprecation", "Sunset"];

/** References to these headers. */
export const headers = (names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export const SECURITY_SCHEMES: Json = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "neo_sk_<environment>_<24 letters and digits>",
    description: "An API key of the organisation, created in the dashboard.",
  },
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A Microsoft Entra access token of a person or a bound application, however it was obtained.",
  },
  microsoftEntra: {
    type: "openIdConnect",
    openIdConnectUrl: "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
    description:
      "A Microsoft Entra access token: a person's with the scope `access` of `api://<client id>`, or an application's own of " +
      "`api://<client id>/.default`. It allows what the role of either does.",
  },
};

export const IDEMPOTENCY_KEY: Json = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "A unique text for each intended request. Repeated within 24 hours it gets the first response again or, " +
    "where that contained a secret, 409 with the id of what was created. With another body it is 422.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$", examples: [ID] },
};

const messages = (description: string) => z.record(z.string(), z.string()).optional().meta({ description });
const id = (description: string) => z.guid().optional().meta({ description });

export const ERROR_RESPONSE = z.object({
  error: z.object({
    code: z.enum(Object.keys(STATUS)),
    message: z.string().meta({ description: "One sentence for people." }),
    doc_url: z.url().meta({ description: "Where this deployment's API reference explains the reason, for people." }),
    details: z
      .object({
        reason: z
          .enum(Object.keys(REASONS))
          .meta({ description: "Refines the code, for programs. New reasons may be added." }),
        parameters: messages("400: the problem of each query parameter."),
        fields: messages("409 and 422: the problem of each field of the body, by its path."),
        id: id("409: the id of what the first request created."),
        successor_id: id("409: the id of the key's successor."),
        max_age: z.int().optional().meta({ description: "401: the most seconds since the person's sign-in." }),
        tenant_id: id("403: the Microsoft Entra tenant of an application that isn't bound."),
        client_id: id("403: its application (client) id."),
        object_id: id("403: the object id of its service principal."),
      })
      .meta({ description: "More for programs, depending on the code." }),
  }),
  meta: z.object({ request_id: z.guid() }),
});
