import "server-only";

import { z } from "zod";
import { createDocument, type oas31, type ZodOpenApiObject } from "zod-openapi";

import { type ErrorCode, STATUS } from "@/lib/errors/codes";
import { warning } from "@/lib/http/envelope";
import {
  ERROR_RESPONSE,
  HEADERS,
  headers,
  ID,
  IDEMPOTENCY_KEY,
  CALLER_HEADERS,
  SECURITY_SCHEMES,
} from "@/lib/public-api/openapi/parts";
import { nameOf, refusalResponse, refusalsOf } from "@/lib/public-api/openapi/refusals";
import { type Json, mapDiscriminators, override } from "@/lib/public-api/openapi/schema-override";
import type { Operation, Tag } from "@/lib/public-api/operation";
import { allowedMethods, type OperationMethod, type PathOperations, registeredPaths } from "@/lib/public-api/registry";

const TAGS: Readonly<Record<Tag, string>> = {
  Identity: "The caller of a request and their organisation.",
  Agents: "What the dashboard calls agents and workflows.",
  "API keys": "The organisation's API keys. A key can't manage keys: these operations require an admin's access token.",
  "Audit log": "Who changed what, when and from where.",
  Service: "The service itself.",
};

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
      ? ["If-None-Match", "The client's `ETag`: while it is current, the response is 304."]
      : ["If-Match", "The `ETag` that the client has read: once it is out of date, the response is 412."];
  return [{ name, in: "header", required: false, description, schema: ENTITY_TAGS }];
}

const notModified = ({ allow }: Operation): Json => ({
  description: "`If-None-Match` names the current `ETag`: the client already has the response.",
  headers: headers(["X-Request-Id", "ETag", ...(allow === "anyone" ? [] : CALLER_HEADERS)]),
});

const META = z
  .object({
    request_id: z.guid(),
    timings_ms: z.object({ total: z.number().optional().meta({ description: "Milliseconds." }) }).optional(),
    warnings: z
      .array(warning)
      .optional()
      .meta({ description: "What was ignored in the request, and that its key ends soon." }),
  })
  .meta({ id: "Meta" });
const LIST_META = META.extend({
  pagination: z
    .object({
      has_more: z.boolean(),
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: "Where the next page begins; null on the last one, but never with `order=asc`." }),
    })
    .meta({ id: "Pagination" }),
}).meta({ id: "ListMeta" });

/** The example that a schema, or the item of a list, was given; undefined where it has none. */
function exampleOf(schema: z.core.$ZodType): unknown {
  if (!(schema instanceof z.ZodArray)) return z.globalRegistry.get(schema)?.example;
  const item = exampleOf(schema.element);
  return item === undefined ? undefined : [item];
}

function success({ data, envelope, paginated, lines, allow, idempotent, location, etag }: Operation) {
  const sent = [
    "X-Request-Id",
    ...(allow === "anyone" ? [] : CALLER_HEADERS),
    ...(location ? ["Location"] : []),
    ...(idempotent ? ["Idempotency-Replayed"] : []),
    ...(etag ? ["ETag"] : []),
    ...(lines ? ["Link", "X-Has-More", "Vary"] : []),
  ];
  const schema = envelope === false ? data : z.object({ data, meta: paginated ? LIST_META : META });
  const sample = exampleOf(data);
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
function requestBody(schema: z.ZodType) {
  const kinds = schema instanceof z.ZodDiscriminatedUnion ? schema.options : [];
  const named = kinds.map((kind) => {
    const { id, description } = z.globalRegistry.get(kind) ?? {};
    return [id, { summary: description, value: exampleOf(kind) }];
  });
  const examples = named.length > 0 ? { examples: Object.fromEntries(named) as Json } : { example: exampleOf(schema) };
  return { required: true, content: { "application/json": { schema, ...examples } } };
}

const idOf = (schema: z.ZodType) => String(z.globalRegistry.get(schema)?.id);

/** Where the document has the items of each other format. */
const formatsOf = (formats: NonNullable<Operation["formats"]>) =>
  Object.fromEntries(Object.entries(formats).map(([name, item]) => [name, `#/components/schemas/${idOf(item)}`]));

/** The items of lists in other formats, by name: no response of the document has them, for the same reason as NDJSON. */
const otherFormats = (paths: readonly PathOperations[]) =>
  Object.fromEntries(
    paths
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ formats = {} }) => Object.values(formats))
      .map((item) => [idOf(item), item]),
  );

function describe(method: OperationMethod, operation: Operation): Json {
  const { operationId, summary, description, allow, params, query, body, idempotent, etag } = operation;
  // A person's token is named twice: generators of clients send a bearer token, and do not know what openIdConnect is.
  const person = [{ accessToken: [] }, { microsoftEntra: ["access"] }];
  return {
    operationId,
    summary,
    ...(description && { description }),
    tags: [operation.tag],
    ...(allow !== "anyone" && { "x-required-role": allow.member }),
    ...(allow !== "anyone" && allow.application && { "x-application-role": allow.application }),
    // No second content type: generated clients would have a union as their result.
    ...(operation.lines && { "x-ndjson": true }),
    ...(operation.formats && { "x-formats": formatsOf(operation.formats) }),
    security: allow === "anyone" ? [] : [...(allow.key ? [{ apiKey: [] }] : []), ...person],
    requestParams: { ...(params && { path: params }), query },
    parameters: [
      ...(idempotent ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
      ...(etag ? conditions(method) : []),
    ],
    ...(body && { requestBody: requestBody(body) }),
    responses: Object.fromEntries([
      [String(operation.status ?? 200), success(operation)],
      ...(etag && method === "GET" ? [["304", notModified(operation)]] : []),
      ...refusalsOf(operation, method).map((code) => [
        String(STATUS[code]),
        { $ref: `#/components/responses/${nameOf(code)}` },
      ]),
    ]) as Json,
  };
}

/** The operations of a path, and how it answers the other methods. */
function pathItem(operations: PathOperations): Json {
  const described = Object.entries(operations).map(([method, operation]) => [
    method.toLowerCase(),
    describe(method as OperationMethod, operation),
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
export function openApiDocument(serverUrl: string) {
  const all = registeredPaths();
  const paths = Object.fromEntries(all.map(([path, found]) => [path, pathItem(found)])) as Json;
  const codes = Object.keys(STATUS) as ErrorCode[];
  const document = createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Neo public API",
        version: "1.0.0",
        summary: "Manage an organisation's agents and API keys from programs.",
        description:
          "- Authentication: send an API key or an access token as `Authorization: Bearer …`.\n" +
          "- Responses: a success has `data` and `meta`, a failure has `error` and `meta`.\n" +
          "- Errors: an unknown path is a 404 and an unknown method a 405 with `Allow`, both as `ErrorResponse` with `X-Request-Id`.\n" +
          "- Limits: an organisation's keys and people share one limit. `X-RateLimit-Limit` is the number of requests in any 60 seconds.\n" +
          "- Changes: new fields may appear at any time. Ignore the ones you don't know.",
        license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
      },
      servers: [{ url: serverUrl, description: "This deployment" }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      paths,
      components: {
        securitySchemes: SECURITY_SCHEMES,
        parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
        headers: HEADERS,
        responses: Object.fromEntries(codes.map((code) => [nameOf(code), refusalResponse(code, serverUrl)])),
        schemas: { ErrorResponse: ERROR_RESPONSE, ...otherFormats(all.map(([, operations]) => operations)) },
      },
    } as unknown as ZodOpenApiObject,
    { override },
  );
  mapDiscriminators(document.components?.schemas as Record<string, Json>);
  return document as oas31.OpenAPIObject & Json;
}
