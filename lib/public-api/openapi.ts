import "server-only";

import { z } from "zod";

import { type Reason, REASONS } from "@/lib/error-reasons";
import { type ErrorCode, STATUS } from "@/lib/errors";
import type { Operation, Tag } from "@/lib/public-api/operation";
import { type OperationMethod, registeredPaths } from "@/lib/public-api/registry";

/** A part of the document: JSON. */
type Json = Record<string, unknown>;

const TAGS: Readonly<Record<Tag, string>> = {
  Identity: "Whose credential a call has, and the organisation it belongs to.",
  Agents: "What the dashboard calls agents and workflows.",
  "API keys": "The organisation's API keys. A key cannot manage keys: these take an admin's access token.",
  "Audit log": "Who changed what, when and from where.",
  Service: "The service itself.",
};

const ID = "0b9d9f6e-6a0e-4a55-9f9c-2f6d0e4f2b11";

/** What each refusal says, as an example, and what it means. */
const REFUSALS: Readonly<
  Record<Exclude<ErrorCode, "METHOD_NOT_ALLOWED">, { means: string; says: string; reason: Reason; details?: Json }>
> = {
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
    means: "The credential is valid, but this is not allowed to it.",
    reason: "key_not_allowed",
    says: "API-key management requires admin role.",
  },
  NOT_FOUND: {
    means: "There is no such thing, or it is another organisation's.",
    reason: "not_found",
    says: "No such agent.",
  },
  CONFLICT: {
    means: "The request conflicts with the current state.",
    reason: "in_progress",
    says: "A request with this Idempotency-Key is still running. Try again shortly.",
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
    means: "The body is well-formed, but means nothing; `details.fields` names the fields.",
    reason: "invalid_field",
    says: 'These fields are missing or wrong: "name".',
    details: { fields: { name: "must have 1 to 200 characters" } },
  },
  RATE_LIMITED: {
    means: "Too many calls. Wait for the seconds that `Retry-After` says.",
    reason: "organisation_limit",
    says: "Your organisation has made its 1200 calls of this minute.",
  },
  INTERNAL: {
    means: "Our fault. Quote the request id.",
    reason: "internal_error",
    says: "Something went wrong on our side. Quote the request id when you report it.",
  },
  UNAVAILABLE: {
    means: "Something the service depends on is down. Try again after `Retry-After`.",
    reason: "database_unavailable",
    says: "The database cannot be reached just now. Try again shortly.",
  },
};

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

const HEADERS: Record<string, Json> = {
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
  Location: text("The path of what was made.", `/public-api/agents/${ID}`),
  "Idempotency-Replayed": {
    description: "Sent where this is the answer of an earlier call with the same Idempotency-Key.",
    schema: { type: "string", const: "true" },
  },
};
const LIMIT_HEADERS = Object.keys(HEADERS).filter((name) => name.includes("RateLimit"));

const headers = (names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** Refusals that also come before a credential is found valid, or before its organisation is: then they say nothing of its limit. */
const EARLY = new Set<ErrorCode>(["BAD_REQUEST", "FORBIDDEN", "RATE_LIMITED", "INTERNAL", "UNAVAILABLE"]);

/** The limit's headers of a refusal. */
function limitHeaders(code: ErrorCode): Json {
  if (code === "UNAUTHORIZED") return {};
  if (!EARLY.has(code)) return headers(LIMIT_HEADERS);
  return Object.fromEntries(LIMIT_HEADERS.map((name) => [name, { ...HEADERS[name], required: false }]));
}

const nameOf = (code: string) =>
  code
    .toLowerCase()
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

function refusalResponse(code: keyof typeof REFUSALS): Json {
  const { means, says, reason, details } = REFUSALS[code];
  const more: Partial<Record<ErrorCode, string[]>> = {
    UNAUTHORIZED: ["WWW-Authenticate"],
    FORBIDDEN: ["WWW-Authenticate"],
    RATE_LIMITED: ["Retry-After"],
    UNAVAILABLE: ["Retry-After"],
  };
  return {
    description: means,
    headers: { ...headers(["X-Request-Id", ...(more[code] ?? [])]), ...limitHeaders(code) },
    content: {
      "application/json": {
        schema: { $ref: "#/components/schemas/Error" },
        example: { error: { code, message: says, details: { reason, ...details } }, meta: { request_id: ID } },
      },
    },
  };
}

/** The JSON Schemas of zod schemas; those with an id become components. */
class Schemas {
  readonly components: Record<string, Json> = {};

  /** @param io what goes in is before defaults and transformations, what comes out after; answers may get more fields in time */
  add(schema: z.ZodType, io: "input" | "output"): Json {
    // Inside an object, so that a schema with an id is referred to even when it is the outermost one.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), {
      io,
      target: "draft-2020-12",
      unrepresentable: "any",
      override: ({ jsonSchema }) => {
        const shape = jsonSchema as Json;
        if (io === "output" && shape.additionalProperties === false) delete shape.additionalProperties;
        // Zod's exact patterns of dates and ids are a screen long; the format says the same.
        if (shape.format !== undefined) delete shape.pattern;
        // A discriminator that has a default may be left out, and then what is sent fits more than one of them.
        if (io === "input" && shape.oneOf !== undefined) {
          shape.anyOf = shape.oneOf;
          delete shape.oneOf;
        }
        if (shape.example !== undefined) {
          shape.examples = [shape.example];
          delete shape.example;
        }
        // What a query parameter means, where it is more than the text it comes as.
        if (shape.parameter !== undefined) {
          const { parameter, description } = shape;
          for (const name of Object.keys(shape)) Reflect.deleteProperty(shape, name);
          Object.assign(shape, parameter, description === undefined ? {} : { description });
        }
      },
    }) as unknown as { properties: { it: Json }; $defs?: Record<string, Json> };
    const suffixed = (name: string) => (io === "input" ? `${name}Input` : name);
    const moved = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(moved);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) =>
          name === "$ref" && typeof inner === "string"
            ? [name, inner.replace(/^#\/\$defs\/(.*)$/, (_, id: string) => `#/components/schemas/${suffixed(id)}`)]
            : [name, moved(inner)],
        ),
      );
    };
    for (const [name, definition] of Object.entries($defs)) {
      const { id: _, ...rest } = moved(definition) as Json;
      this.components[suffixed(name)] = rest;
    }
    return moved(properties.it) as Json;
  }
}

const refusalsOf = ({ allow, params, body, idempotent }: Operation, method: OperationMethod) =>
  (Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]).filter((code) => {
    if (code === "UNAUTHORIZED" || code === "FORBIDDEN") return allow !== "anyone";
    if (code === "NOT_FOUND") return params !== undefined;
    if (code === "CONFLICT") return idempotent !== undefined || method !== "GET";
    if (code === "PAYLOAD_TOO_LARGE" || code === "UNSUPPORTED_MEDIA_TYPE") return body !== undefined;
    if (code === "UNPROCESSABLE") return body !== undefined || idempotent !== undefined;
    return true;
  });

function parameters(schemas: Schemas, { params, query, idempotent }: Operation): Json[] {
  const of = (schema: z.ZodObject | undefined, where: "path" | "query") =>
    Object.entries(schema?.shape ?? {}).map(([name, part]): Json => {
      const { description, ...shape } = schemas.add(part as z.ZodType, "input");
      const required = where === "path" || !(part as z.ZodType).safeParse(undefined).success;
      return { name, in: where, required, ...(description !== undefined && { description }), schema: shape };
    });
  const idempotency = { $ref: "#/components/parameters/IdempotencyKey" };
  return [...of(params, "path"), ...of(query, "query"), ...(idempotent ? [idempotency] : [])];
}

function success(schemas: Schemas, operation: Operation): Json {
  const { data, envelope, paginated, allow, idempotent, location } = operation;
  const shape = schemas.add(data, "output");
  const meta = { $ref: `#/components/schemas/${paginated ? "ListMeta" : "Meta"}` };
  const schema =
    envelope === false ? shape : { type: "object", required: ["data", "meta"], properties: { data: shape, meta } };
  const sent = [
    "X-Request-Id",
    ...(allow === "anyone" ? [] : LIMIT_HEADERS),
    ...(location ? ["Location"] : []),
    ...(idempotent ? ["Idempotency-Replayed"] : []),
  ];
  return { description: "Success", headers: headers(sent), content: { "application/json": { schema } } };
}

/** `GET /public-api/agents/{agent_id}` is `getAgentsAgentId`. */
const operationId = (method: OperationMethod, path: string) =>
  method.toLowerCase() +
  path.replace(/^\/public-api/, "").replace(/[^a-z0-9]+([a-z0-9]|$)/gi, (_, first: string) => first.toUpperCase());

function describe(schemas: Schemas, method: OperationMethod, path: string, operation: Operation): Json {
  const { summary, description, tag, allow, body, status = 200 } = operation;
  const person = { microsoftEntra: ["access"] };
  const roles =
    allow === "anyone" ? "" : `${allow.key ? "An API key, or a" : "A"} person with at least the role ${allow.member}.`;
  return {
    operationId: operationId(method, path),
    summary,
    description: [description, roles && `**Who may:** ${roles}`].filter(Boolean).join("\n\n"),
    tags: [tag],
    security: allow === "anyone" ? [] : [...(allow.key ? [{ apiKey: [] }] : []), person],
    parameters: parameters(schemas, operation),
    ...(body && {
      requestBody: { required: true, content: { "application/json": { schema: schemas.add(body, "input") } } },
    }),
    responses: Object.fromEntries([
      [String(status), success(schemas, operation)],
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
    warnings: { type: "array", items: true },
    ...more,
  },
});

const messages = (description: string): Json => ({
  type: "object",
  additionalProperties: { type: "string" },
  description,
});

const pagination: Json = {
  type: "object",
  required: ["has_more", "next_cursor"],
  properties: {
    has_more: { type: "boolean" },
    next_cursor: { type: ["string", "null"], description: "The `cursor` of the next page; null on the last one." },
  },
};

/**
 * The OpenAPI 3.1 document of every operation whose route module was loaded, from the schemas that the handlers validate with.
 */
export function openApiDocument(): Json {
  const schemas = new Schemas();
  const paths: Json = {};
  const tags = new Set<Tag>();
  const codes = new Set<keyof typeof REFUSALS>();
  let idempotent = false;
  for (const [path, operations] of registeredPaths()) {
    const methods: Json = {};
    for (const [method, operation] of Object.entries(operations) as [OperationMethod, Operation][]) {
      methods[method.toLowerCase()] = describe(schemas, method, path, operation);
      tags.add(operation.tag);
      idempotent ||= operation.idempotent !== undefined;
      for (const code of refusalsOf(operation, method)) codes.add(code);
    }
    paths[path] = methods;
  }
  const error: Json = {
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
  return {
    openapi: "3.1.0",
    info: {
      title: "Neo public API",
      version: "1.0.0",
      summary: "Programs' way to an organisation's agents.",
      description:
        "Send a credential in `Authorization: Bearer …`. Every answer is an envelope: `data` and `meta`, or `error` and `meta`. " +
        "The API is additive: ignore fields you do not know. An organisation may make 1,200 calls in any 60 seconds, " +
        "with all its keys and people together.",
      license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
    },
    servers: [{ url: "/", description: "This deployment" }],
    tags: (Object.keys(TAGS) as Tag[])
      .filter((tag) => tags.has(tag))
      .map((name) => ({ name, description: TAGS[name] })),
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "neo_sk_<environment>_<24 letters and digits>",
          description: "An API key of the organisation, made in the dashboard.",
        },
        microsoftEntra: {
          type: "openIdConnect",
          openIdConnectUrl: "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration",
          description:
            "A person's Microsoft Entra access token with the scope `access` of `api://<client id>`: what the person's role allows.",
        },
      },
      ...(idempotent && {
        parameters: {
          IdempotencyKey: {
            name: "Idempotency-Key",
            in: "header",
            description:
              "A text of your own, new for each request you mean. Repeated within 24 hours it gets the first answer again, or, " +
              "where that had a secret, 409 with the id of what was made. With another body it is 422.",
            schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$", examples: [ID] },
          },
        },
      }),
      headers: HEADERS,
      responses: Object.fromEntries([...codes].map((code) => [nameOf(code), refusalResponse(code)])),
      schemas: {
        ...schemas.components,
        Error: error,
        Meta: meta([], {}),
        ...(Object.values(registeredPaths()).some(([, found]) => found.GET?.paginated) && {
          ListMeta: meta(["pagination"], { pagination }),
        }),
      },
    },
  };
}
