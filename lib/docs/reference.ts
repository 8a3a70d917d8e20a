import type { oas31 } from "zod-openapi";

import { APPLICATION_ROLES } from "@/lib/applications/roles";
import { type OpenApiDocument, resolve, type Schema, schemaTree } from "@/lib/docs/schema-tree";

/** What the API reference shows. */
export type Reference = ReturnType<typeof readReference>;

export type ReferenceOperation = ReturnType<typeof readOperation>;

/** A JSON text to show, and what it is an example of when there are several. */
export interface Example {
  readonly title: string | null;
  readonly json: string;
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** `List agents` as an anchor: `list-agents`. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

function examplesOf(document: OpenApiDocument, media: oas31.MediaTypeObject): Example[] {
  if (media.example !== undefined) return [{ title: null, json: pretty(media.example) }];
  const named = Object.entries(media.examples ?? {}).map(([name, given]) => {
    const example = resolve(document, given);
    return { title: example.summary ?? name, json: pretty(example.value) };
  });
  if (named.length > 0) return named;
  const schema = media.schema && resolve(document, dataOf(document, media.schema));
  const sample: unknown = schema?.example ?? schema?.examples?.[0];
  return sample === undefined ? [] : [{ title: null, json: pretty(sample) }];
}

/** The schema of the envelope's `data`: what differs from one operation to the next. */
function dataOf(document: OpenApiDocument, given: Schema): Schema {
  const schema = resolve(document, given);
  const parts = [schema, ...(schema.allOf ?? []).map((part) => resolve(document, part))];
  const isEnvelope = parts.some((part) => part.properties?.meta);
  const data = parts.map((part) => part.properties?.data).find((part) => part !== undefined);
  return isEnvelope && data ? data : schema;
}

/** Which credential an operation takes; an API key where it takes both. */
function credentialOf({ security = [] }: oas31.OperationObject): "API key" | "Access token" | null {
  if (security.length === 0) return null;
  return security.some((scheme) => "apiKey" in scheme) ? "API key" : "Access token";
}

/** Who may call, as text. */
function accessOf(operation: oas31.OperationObject): string {
  const { operationId, security = [], ...more } = operation;
  if (security.length === 0) return "Anyone, without a credential.";
  const role = more["x-required-role"] as string | undefined;
  // No page is better than one that invites everyone by mistake.
  if (role === undefined)
    throw new Error(`${operationId ?? "An operation"} takes a credential but has no x-required-role`);
  const application = more["x-application-role"] as keyof typeof APPLICATION_ROLES | "any" | undefined;
  const others =
    application === "any"
      ? "An API key, an application of any role, or"
      : credentialOf(operation) === "API key"
        ? "An API key, an application with the role Integration, or"
        : application && `An application with the role ${APPLICATION_ROLES[application].name}, or`;
  return `${others ? `${others} a` : "A"} person with at least the role ${role}.`;
}

const responsesOf = (document: OpenApiDocument, { responses = {} }: oas31.OperationObject) =>
  Object.entries(responses as Record<string, oas31.ResponseObject>).map(
    ([status, given]) => [status, resolve(document, given)] as const,
  );

const jsonOf = (content: oas31.ContentObject | undefined) => content?.["application/json"];

function readOperation(
  document: OpenApiDocument,
  path: string,
  method: string,
  shared: oas31.PathItemObject["parameters"] = [],
  operation: oas31.OperationObject,
) {
  const parameters = [...shared, ...(operation.parameters ?? [])].map((given) => resolve(document, given));
  const responses = responsesOf(document, operation);
  const body = operation.requestBody && jsonOf(resolve(document, operation.requestBody).content);
  return {
    /** The anchor: unique on the page. */
    id: slug(operation.operationId ?? `${method} ${path}`),
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? `${method.toUpperCase()} ${path}`,
    description: operation.description,
    access: accessOf(operation),
    credential: credentialOf(operation),
    parameters: parameters.map(({ name, in: place, description, required = false, schema }) => ({
      name,
      place,
      schema: schemaTree(document, { ...schema, ...(description && { description }) }, name, required),
    })),
    body: body?.schema && { schema: schemaTree(document, body.schema), examples: examplesOf(document, body) },
    success: responses
      .filter(([status]) => status < "300")
      .map(([status, { description, content }]) => {
        const media = jsonOf(content);
        return {
          status,
          description,
          /** The envelope's `data`, or the whole body where there is no envelope; null where there is no body. */
          schema: media?.schema ? schemaTree(document, dataOf(document, media.schema)) : null,
          examples: media ? examplesOf(document, media) : [],
        };
      }),
    failures: responses.map(([status]) => status).filter((status) => status >= "400"),
  };
}

/** The `error.code` of an example of a failure; null where there is none. */
function codeOf(document: OpenApiDocument, { content }: oas31.ResponseObject): string | null {
  const media = jsonOf(content);
  const examples = media ? examplesOf(document, media).map(({ json }) => json) : [];
  return /"code": "([A-Z_]+)"/.exec(examples.join("\n"))?.[1] ?? null;
}

/**
 * Reads an OpenAPI 3.1 document into what the reference shows: operations by tag, in the document's order.
 * @throws Error when a `$ref` leads nowhere, or an operation that takes a credential has no `x-required-role`
 */
export function readReference(document: OpenApiDocument) {
  const { info, tags = [], paths = {} } = document;
  const found = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      return [{ operation, shown: readOperation(document, path, method, item.parameters, operation) }];
    }),
  );
  const failures = found
    .flatMap(({ operation }) => responsesOf(document, operation))
    .filter(([status]) => status >= "400")
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    description: info.description,
    groups: tags.map(({ name, description = null }) => ({
      id: `tag-${slug(name)}`,
      name,
      description,
      operations: found.filter(({ operation }) => operation.tags?.[0] === name).map(({ shown }) => shown),
    })),
    failures: [...new Map(failures)].map(([status, response]) => ({
      status,
      code: codeOf(document, response),
      description: response.description,
    })),
  };
}
