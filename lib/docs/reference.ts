import type {
  MediaType,
  OpenApiDocument,
  OperationObject,
  Parameter,
  ResponseObject,
  Schema,
} from "@/lib/docs/openapi-types";
import { resolve, type SchemaNode, schemaTree } from "@/lib/docs/schema-tree";

/** A JSON text to show, and what it is an example of when there are several. */
export interface Example {
  readonly title: string | null;
  readonly json: string;
}

interface ReferenceParameter {
  readonly name: string;
  /** `path`, `query` or `header`. */
  readonly place: string;
  readonly schema: SchemaNode;
}

interface ReferenceSuccess {
  readonly status: string;
  readonly description: string;
  /** The envelope's `data`, or the whole body where there is no envelope; null where there is no body. */
  readonly schema: SchemaNode | null;
  readonly examples: readonly Example[];
}

export interface ReferenceOperation {
  /** The anchor: unique on the page. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | null;
  /** Who may call, as text. */
  readonly access: string;
  readonly parameters: readonly ReferenceParameter[];
  readonly body: { readonly schema: SchemaNode; readonly examples: readonly Example[] } | null;
  readonly success: readonly ReferenceSuccess[];
  /** Statuses of the failures it can answer with. */
  readonly failures: readonly string[];
}

interface ReferenceGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly operations: readonly ReferenceOperation[];
}

interface ReferenceFailure {
  readonly status: string;
  /** `error.code`, where the document has an example of it. */
  readonly code: string | null;
  readonly description: string;
}

/** What the API reference shows. */
export interface Reference {
  readonly title: string;
  readonly version: string;
  readonly description: string | null;
  readonly groups: readonly ReferenceGroup[];
  readonly failures: readonly ReferenceFailure[];
}

/** Deeper than any of our examples. */
const MAX_SAMPLE_DEPTH = 8;

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** `List agents` as an anchor: `list-agents`. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

function examplesOf(document: OpenApiDocument, media: MediaType): Example[] {
  if (media.example !== undefined) return [{ title: null, json: pretty(media.example) }];
  const named = Object.entries(media.examples ?? {}).map(([name, given]) => {
    const { summary, value } = resolve(document, given);
    return { title: summary ?? name, json: pretty(value) };
  });
  if (named.length > 0) return named;
  const sample = media.schema && sampleOf(document, dataOf(document, media.schema));
  return sample === undefined ? [] : [{ title: null, json: pretty(sample) }];
}

/** An example put together from those of a schema's parts; undefined when no part has one. */
function sampleOf(document: OpenApiDocument, given: Schema, depth = 0): unknown {
  const schema = resolve(document, given);
  const own = schema.example ?? schema.examples?.[0] ?? schema.const;
  if (own !== undefined || depth > MAX_SAMPLE_DEPTH) return own;
  if (typeof schema.items === "object") {
    const item = sampleOf(document, schema.items, depth + 1);
    return item === undefined ? undefined : [item];
  }
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice) return sampleOf(document, choice, depth + 1);
  const fields = Object.entries(schema.properties ?? {})
    .map(([name, property]) => [name, sampleOf(document, property, depth + 1)] as const)
    .filter(([, sample]) => sample !== undefined);
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/** The schema of the envelope's `data`: what differs from one operation to the next. */
function dataOf(document: OpenApiDocument, given: Schema): Schema {
  const schema = resolve(document, given);
  const parts = [schema, ...(schema.allOf ?? []).map((part) => resolve(document, part))];
  const isEnvelope = parts.some((part) => part.properties?.meta);
  const data = parts.map((part) => part.properties?.data).find((part) => part !== undefined);
  return isEnvelope && data ? data : schema;
}

function accessOf({ operationId, security = [], "x-required-role": role }: OperationObject): string {
  if (security.length === 0) return "Anyone, without a credential.";
  // No page is better than one that invites everyone by mistake.
  if (role === undefined)
    throw new Error(`${operationId ?? "An operation"} takes a credential but has no x-required-role`);
  const takesKey = security.some((scheme) => "apiKey" in scheme);
  return `${takesKey ? "An API key, or a" : "A"} person with at least the role ${role}.`;
}

function readOperation(
  document: OpenApiDocument,
  { path, method, shared }: { path: string; method: string; shared: readonly Parameter[] },
  operation: OperationObject,
): ReferenceOperation {
  const summary = operation.summary ?? `${method.toUpperCase()} ${path}`;
  const parameters = [...shared, ...(operation.parameters ?? [])].map((given) => resolve(document, given));
  const responses = Object.entries(operation.responses ?? {}).map(
    ([status, given]) => [status, resolve(document, given)] as const,
  );
  const bodyMedia = operation.requestBody?.content?.["application/json"];
  return {
    id: slug(operation.operationId ?? `${method} ${path}`),
    method: method.toUpperCase(),
    path,
    summary,
    description: operation.description ?? null,
    access: accessOf(operation),
    parameters: parameters.map((parameter) => ({
      name: parameter.name ?? "",
      place: parameter.in ?? "",
      schema: schemaTree(
        document,
        { ...parameter.schema, ...(parameter.description ? { description: parameter.description } : {}) },
        parameter.name ?? "",
        parameter.required ?? false,
      ),
    })),
    body: bodyMedia?.schema
      ? { schema: schemaTree(document, bodyMedia.schema), examples: examplesOf(document, bodyMedia) }
      : null,
    success: responses
      .filter(([status]) => status < "300")
      .map(([status, response]) => readSuccess(document, status, response)),
    failures: responses.map(([status]) => status).filter((status) => status >= "400"),
  };
}

function readSuccess(
  document: OpenApiDocument,
  status: string,
  { description, content }: ResponseObject,
): ReferenceSuccess {
  const media = content?.["application/json"];
  return {
    status,
    description: description ?? "",
    schema: media?.schema ? schemaTree(document, dataOf(document, media.schema)) : null,
    examples: media ? examplesOf(document, media) : [],
  };
}

/** The `error.code` of an example of a failure. */
function codeOf(document: OpenApiDocument, { content }: ResponseObject): string | null {
  const media = content?.["application/json"];
  const found = media ? examplesOf(document, media).map(({ json }) => /"code": "([A-Z_]+)"/.exec(json)?.[1]) : [];
  return found.find((code) => code !== undefined) ?? null;
}

/**
 * Reads an OpenAPI 3.1 document into what the reference shows: operations by tag, in the document's order.
 * @throws Error when a `$ref` leads nowhere, or an operation that takes a credential has no `x-required-role`
 */
export function readReference(document: OpenApiDocument): Reference {
  const groups = new Map<string, ReferenceOperation[]>((document.tags ?? []).map(({ name }) => [name, []]));
  const failures = new Map<string, ReferenceFailure>();
  for (const [path, given] of Object.entries(document.paths)) {
    const item = given as Partial<Record<string, OperationObject>> & { parameters?: readonly Parameter[] };
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? "Other";
      const group = groups.get(tag) ?? [];
      group.push(readOperation(document, { path, method, shared: item.parameters ?? [] }, operation));
      groups.set(tag, group);
      for (const [status, reference] of Object.entries(operation.responses ?? {})) {
        if (status < "400" || failures.has(status)) continue;
        const response = resolve(document, reference);
        failures.set(status, { status, code: codeOf(document, response), description: response.description ?? "" });
      }
    }
  }
  return {
    title: document.info.title,
    version: document.info.version,
    description: document.info.description ?? null,
    groups: [...groups]
      .filter(([, operations]) => operations.length > 0)
      .map(([name, operations]) => ({
        id: `tag-${slug(name)}`,
        name,
        description: document.tags?.find((tag) => tag.name === name)?.description ?? null,
        operations,
      })),
    failures: [...failures.values()].sort((a, b) => (a.status < b.status ? -1 : 1)),
  };
}
