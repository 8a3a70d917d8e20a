import "server-only";

import { type z } from "zod";

import type { Reason } from "@/lib/errors/reasons";
import { type ErrorCode, STATUS } from "@/lib/errors/app-error";
import { warning } from "@/lib/http/envelope";
import type { Operation, Tag } from "@/lib/public-api/operation";
import {
  ERROR_RESPONSE,
  HEADERS,
  ID,
  IDEMPOTENCY_KEY,
  PAGINATION,
  SECURITY_SCHEMES,
} from "@/lib/public-api/openapi/parts";
import { type Json, Schemas } from "@/lib/public-api/openapi/json-schemas";
import { allowedMethods, type OperationMethod, type PathOperations, registeredPaths } from "@/lib/public-api/registry";

const TAGS: Readonly<Record<Tag, string>> = {
  Identity: "Whose credential a call has, and the organisation it belongs to.",
  Agents: "What the dashboard calls agents and workflows.",
  "API keys": "The organisation's API keys. A key can't manage keys: these operations require an admin's access token.",
  "Audit log": "Who changed what, when and from where.",
  Service: "The service itself.",
};

/** What each refusal says, as an example, and what it means. */
const REFUSALS: Readonly<Record<ErrorCode, { means: string; says: string; reason: Reason; details?: Json }>> = {
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
    means: "It doesn't exist, or it belongs to another organisation. Every path that is not documented answers so too.",
    reason: "not_found",
    says: "No such agent.",
  },
  METHOD_NOT_ALLOWED: {
    means: "The path has no such method; `Allow` lists those it has.",
    reason: "method_not_allowed",
    says: "/public-api/agents answers GET, HEAD, OPTIONS, POST.",
  },
  CONFLICT: {
    means: "The request conflicts with the current state.",
    reason: "in_progress",
    says: "A request with this Idempotency-Key is still running. Try again shortly.",
  },
  REQUEST_TIMEOUT: {
    means: "The request did not arrive in time.",
    reason: "request_timeout",
    says: "The request did not arrive in time.",
  },
  PRECONDITION_FAILED: {
    means: "`If-Match` does not name the current `ETag`.",
    reason: "etag_mismatch",
    says: "The agent was changed since you read it. Get it again, then repeat the change.",
  },
  PAYLOAD_TOO_LARGE: {
    means: "The body is larger than 64 KiB.",
    reason: "body_too_large",
    says: "The body is larger than 64 KiB.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    means: "The body is not application/json.",
    reason: "unsupported_content_type",
    says: "Send the body as JSON, with Content-Type: application/json.",
  },
  UNPROCESSABLE: {
    means: "The body is well-formed but semantically invalid; `details.fields` names the fields.",
    reason: "invalid_field",
    says: 'These fields are missing or wrong: "name".',
    details: { fields: { name: "must have 1 to 200 characters" } },
  },
  RATE_LIMITED: {
    means: "Too many requests. Retry after the number of seconds in `Retry-After`.",
    reason: "organisation_limit",
    says: "Your organisation has reached its limit of 1,200 requests per minute.",
  },
  HEADERS_TOO_LARGE: {
    means: "More than 1,000 header fields, or more than 16 KiB of them.",
    reason: "too_many_headers",
    says: "The request has more than 1,000 header fields.",
  },
  INTERNAL: {
    means: "An error on our side. Quote the request id.",
    reason: "internal_error",
    says: "Something went wrong on our side. Quote the request id when you report it.",
  },
  UNAVAILABLE: {
    means: "A dependency of the service is unavailable or too busy. Retry after `Retry-After`.",
    reason: "database_unavailable",
    says: "The database is unavailable right now. Try again shortly.",
  },
};

const LIMIT_HEADERS = Object.keys(HEADERS).filter((name) => name.includes("RateLimit"));

const headers = (names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Refusals that also come before a credential is found valid, before its organisation is, or without one: then they say nothing of its limit. */
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

/** The limit's headers of a refusal. */
function limitHeaders(code: ErrorCode): Json {
  if (code === "UNAUTHORIZED" || code === "METHOD_NOT_ALLOWED") return {};
  if (!EARLY.has(code)) return headers(LIMIT_HEADERS);
  return Object.fromEntries(LIMIT_HEADERS.map((name) => [name, { ...HEADERS[name], required: false }]));
}

const nameOf = (code: string) =>
  code
    .toLowerCase()
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

function refusalResponse(code: ErrorCode): Json {
  const { means, says, reason, details } = REFUSALS[code];
  const more: Partial<Record<ErrorCode, string[]>> = {
    UNAUTHORIZED: ["WWW-Authenticate"],
    FORBIDDEN: ["WWW-Authenticate"],
    METHOD_NOT_ALLOWED: ["Allow"],
    RATE_LIMITED: ["Retry-After"],
    UNAVAILABLE: ["Retry-After"],
  };
  return {
    description: means,
    headers: { ...headers(["X-Request-Id", ...(more[code] ?? [])]), ...limitHeaders(code) },
    content: {
      "application/json": {
        schema: { $ref: "#/components/schemas/ErrorResponse" },
        example: { error: { code, message: says, details: { reason, ...details } }, meta: { request_id: ID } },
      },
    },
  };
}

const refusalsOf = ({ allow, body, query, idempotent, etag }: Operation, method: OperationMethod) =>
  (Object.keys(REFUSALS) as ErrorCode[]).filter((code) => {
    if (code === "UNAUTHORIZED" || code === "FORBIDDEN") return allow !== "anyone";
    if (code === "CONFLICT") return idempotent !== undefined || method !== "GET";
    if (code === "PRECONDITION_FAILED") return etag === true && method !== "GET";
    if (code === "UNSUPPORTED_MEDIA_TYPE") return body !== undefined;
    if (code === "UNPROCESSABLE")
      return body !== undefined || idempotent !== undefined || Object.hasOwn(query.shape, "from");
    return true;
  });

/** `*`, or a list of entity tags (RFC 9110 §13.1.1), within what Node takes of header fields: 16 KiB. */
const ENTITY_TAGS: Json = {
  type: "string",
  maxLength: 16_384,
  pattern: String.raw`^(\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$`,
};

/** The conditions of an operation whose answers have an `ETag`. */
function conditions(method: OperationMethod): Json[] {
  const [name, description] =
    method === "GET"
      ? ["If-None-Match", "An `ETag` that the client has: while it is current, the answer is 304."]
      : ["If-Match", "The `ETag` that the client has seen: when it is not current any more, the answer is 412."];
  return [{ name, in: "header", required: false, description, schema: ENTITY_TAGS }];
}

const notModified = ({ allow }: Operation): Json => ({
  description: "`If-None-Match` names the current `ETag`: the client has the answer already.",
  headers: headers(["X-Request-Id", "ETag", ...(allow === "anyone" ? [] : LIMIT_HEADERS)]),
});

function parameters(schemas: Schemas, method: OperationMethod, { params, query, idempotent, etag }: Operation): Json[] {
  const of = (schema: z.ZodObject | undefined, where: "path" | "query") =>
    Object.entries(schema?.shape ?? {}).map(([name, part]): Json => {
      const { description, ...shape } = schemas.add(part as z.ZodType, "input");
      const required = where === "path" || !(part as z.ZodType).safeParse(undefined).success;
      return { name, in: where, required, ...(description !== undefined && { description }), schema: shape };
    });
  const idempotency = { $ref: "#/components/parameters/IdempotencyKey" };
  return [
    ...of(params, "path"),
    ...of(query, "query"),
    ...(idempotent ? [idempotency] : []),
    ...(etag ? conditions(method) : []),
  ];
}

function success(schemas: Schemas, operation: Operation): Json {
  const { data, envelope, paginated, allow, idempotent, location, etag } = operation;
  const shape = schemas.add(data, "output");
  const meta = { $ref: `#/components/schemas/${paginated ? "ListMeta" : "Meta"}` };
  const schema =
    envelope === false ? shape : { type: "object", required: ["data", "meta"], properties: { data: shape, meta } };
  const sent = [
    "X-Request-Id",
    ...(allow === "anyone" ? [] : LIMIT_HEADERS),
    ...(location ? ["Location"] : []),
    ...(idempotent ? ["Idempotency-Replayed"] : []),
    ...(etag ? ["ETag"] : []),
  ];
  const sample = schemas.exampleOf(shape);
  const example = sample !== undefined && { example: envelope === false ? sample : enveloped(sample, paginated) };
  return { description: "Success", headers: headers(sent), content: { "application/json": { schema, ...example } } };
}

const enveloped = (data: unknown, paginated = false) => ({
  data,
  meta: {
    request_id: ID,
    timings_ms: { total: 1.9 },
    ...(paginated && { pagination: { has_more: false, next_cursor: null } }),
    warnings: [],
  },
});

/** A body, with an example of each kind of thing that can be sent. */
function requestBody(schemas: Schemas, body: z.ZodType): Json {
  const schema = schemas.add(body, "input");
  const kinds = schemas.branchesOf(schema).map(([name, branch]) => {
    const { description } = schemas.resolve(branch);
    return [name, { summary: description, value: schemas.exampleOf(branch) }];
  });
  const sample = schemas.exampleOf(schema);
  const examples =
    kinds.length > 0 ? { examples: Object.fromEntries(kinds) as Json } : sample !== undefined && { example: sample };
  return { required: true, content: { "application/json": { schema, ...examples } } };
}

function describe(schemas: Schemas, method: OperationMethod, operation: Operation): Json {
  const { operationId, summary, description, tag, allow, body, status = 200 } = operation;
  // A person's token is named twice: generators of clients send a bearer token, and do not know what openIdConnect is.
  const person = [{ accessToken: [] }, { microsoftEntra: ["access"] }];
  const roles =
    allow === "anyone" ? "" : `${allow.key ? "An API key, or a" : "A"} person with at least the role ${allow.member}.`;
  return {
    operationId,
    summary,
    description: [description, roles && `**Who may:** ${roles}`].filter(Boolean).join("\n\n"),
    tags: [tag],
    security: allow === "anyone" ? [] : [...(allow.key ? [{ apiKey: [] }] : []), ...person],
    parameters: parameters(schemas, method, operation),
    ...(body && { requestBody: requestBody(schemas, body) }),
    responses: Object.fromEntries([
      [String(status), success(schemas, operation)],
      ...(operation.etag && method === "GET" ? [["304", notModified(operation)]] : []),
      ...refusalsOf(operation, method).map((code) => [
        String(STATUS[code]),
        { $ref: `#/components/responses/${nameOf(code)}` },
      ]),
    ]) as Json,
  };
}

const meta = (required: string[], more: Json): Json => ({
  type: "object",
  required: ["request_id", ...required],
  properties: {
    request_id: { type: "string", format: "uuid" },
    timings_ms: { type: "object", properties: { total: { type: "number", description: "Milliseconds." } } },
    warnings: {
      type: "array",
      items: { $ref: "#/components/schemas/Warning" },
      description: "What of the request was ignored.",
    },
    ...more,
  },
});

/** The operations of a path, and how it answers the other methods. */
function pathItem(schemas: Schemas, operations: PathOperations): Json {
  const described = Object.entries(operations).map(([method, operation]) => [
    method.toLowerCase(),
    describe(schemas, method as OperationMethod, operation),
  ]);
  const allow = allowedMethods(operations).join(", ");
  return {
    description: `\`OPTIONS\` answers 204 with \`Allow: ${allow}\`, every other method 405 with the same header.`,
    ...(Object.fromEntries(described) as Json),
  };
}

/**
 * The OpenAPI 3.1 document of every operation whose route module was loaded, from the schemas that the handlers validate with.
 * @param serverUrl the address of this deployment, without a path
 */
export function openApiDocument(serverUrl: string): Json {
  const schemas = new Schemas();
  const all = registeredPaths();
  const operations = all.flatMap(([, found]) => Object.entries(found) as [OperationMethod, Operation][]);
  const paths = Object.fromEntries(all.map(([path, found]) => [path, pathItem(schemas, found)])) as Json;
  const tags = new Set(operations.map(([, { tag }]) => tag));
  const codes = new Set(operations.flatMap(([method, operation]) => refusalsOf(operation, method)));
  schemas.add(warning, "output");
  return {
    openapi: "3.1.0",
    info: {
      title: "Neo public API",
      version: "1.0.0",
      summary: "Programs' way to an organisation's agents.",
      description:
        "Send a credential in `Authorization: Bearer …`. Every answer is an envelope: `data` and `meta`, or `error` and `meta`. " +
        "An unknown path answers 404, an unknown method 405 with `Allow`, both as `ErrorResponse` with `X-Request-Id`. " +
        "The API is additive: ignore fields you do not know. An organisation may make 1,200 calls in any 60 seconds, " +
        "with all its keys and people together.",
      license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
    },
    servers: [{ url: serverUrl, description: "This deployment" }],
    tags: (Object.keys(TAGS) as Tag[])
      .filter((tag) => tags.has(tag))
      .map((name) => ({ name, description: TAGS[name] })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      ...(operations.some(([, { idempotent }]) => idempotent !== undefined) && {
        parameters: {
          IdempotencyKey: IDEMPOTENCY_KEY,
        },
      }),
      headers: HEADERS,
      responses: Object.fromEntries([...codes].map((code) => [nameOf(code), refusalResponse(code)])),
      schemas: {
        ...schemas.components,
        ErrorResponse: ERROR_RESPONSE,
        Meta: meta([], {}),
        ...(operations.some(([, { paginated }]) => paginated) && {
          ListMeta: meta(["pagination"], { pagination: { $ref: "#/components/schemas/Pagination" } }),
          Pagination: PAGINATION,
        }),
      },
    },
  };
}
