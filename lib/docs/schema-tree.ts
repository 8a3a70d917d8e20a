import type { oas31 } from "zod-openapi";

/** What the reference shows of an OpenAPI document. */
export type OpenApiDocument = Pick<oas31.OpenAPIObject, "info" | "tags" | "paths" | "components">;

export type Schema = oas31.SchemaObject | oas31.ReferenceObject;

/** A schema as the reference shows it: what it is, and what is in it. */
export interface SchemaNode {
  /** Null for what has no name: an array's items, a variant, the root. */
  readonly name: string | null;
  /** Null where it does not apply: only a property is required or optional. */
  readonly required: boolean | null;
  /** For people, e.g. `array of object`, `string or null`. */
  readonly type: string;
  readonly description: string | null;
  /** E.g. `1 to 200 characters`, `default 50`. */
  readonly notes: readonly string[];
  /** The values it can have, where they are counted. */
  readonly values: readonly string[];
  readonly children: readonly SchemaNode[];
  /** One of these holds. */
  readonly variants: readonly SchemaNode[];
}

/** Deeper than any of our schemas; a recursive one ends here. */
const MAX_DEPTH = 8;

/**
 * Follows a `$ref` within the document.
 * @throws Error when it leads nowhere
 */
export function resolve<T extends object>(document: OpenApiDocument, value: T | oas31.ReferenceObject): T {
  // What stands beside a $ref applies as well, such as a description of its own.
  const { $ref: ref, ...beside } = value as { $ref?: string };
  if (ref === undefined) return value as T;
  const parts = ref.replace(/^#\//, "").split("/");
  const found = parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
  if (typeof found !== "object" || found === null) throw new Error(`${ref} leads nowhere`);
  return resolve<T>(document, { ...found, ...beside } as T);
}

const typesOf = ({ type }: oas31.SchemaObject): readonly string[] =>
  type === undefined ? [] : typeof type === "string" ? [type] : type;
const isNull = (schema: oas31.SchemaObject) => typesOf(schema).join() === "null" || schema.const === null;
const isNever = (schema: oas31.SchemaObject) => schema.not !== undefined && Object.keys(schema.not).length === 0;
const literal = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** The merger of an `allOf` with what stands beside it. */
function flatten(document: OpenApiDocument, given: Schema): oas31.SchemaObject {
  const schema = resolve(document, given);
  if (!schema.allOf) return schema;
  const { allOf, ...own } = schema;
  return allOf
    .map((part) => flatten(document, part))
    .concat(own)
    .reduce((all, part) => ({
      ...all,
      ...part,
      properties: { ...all.properties, ...part.properties },
      required: [...(all.required ?? []), ...(part.required ?? [])],
    }));
}

function notesOf(schema: oas31.SchemaObject): string[] {
  const range = (least: number | undefined, most: number | undefined, noun: string) => {
    const unit = noun && ` ${noun}`;
    if (least !== undefined && most !== undefined)
      return least === most ? [`${least}${unit}`] : [`${least} to ${most}${unit}`];
    if (least !== undefined) return [`at least ${least}${unit}`];
    return most === undefined ? [] : [`at most ${most}${unit}`];
  };
  // JavaScript's number range is not a limit of the API.
  const number = (value: number | undefined) =>
    value !== undefined && Number.isSafeInteger(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
  return [
    ...range(number(schema.minimum), number(schema.maximum), ""),
    ...range(schema.minLength, schema.maxLength, "characters"),
    ...range(schema.minItems, schema.maxItems, "items"),
    ...(schema.default === undefined ? [] : [`default ${literal(schema.default)}`]),
  ];
}

/** Reads a schema of the document. @throws Error when a `$ref` leads nowhere */
export function schemaTree(
  document: OpenApiDocument,
  given: Schema,
  name: string | null = null,
  required: boolean | null = null,
  depth = 0,
): SchemaNode {
  const schema = flatten(document, given);
  const all = (schema.oneOf ?? schema.anyOf ?? []).map((one) => flatten(document, one));
  const choices = all.filter((one) => !isNull(one));
  const orNull = all.length > choices.length || (typesOf(schema).includes("null") && typesOf(schema).length > 1);
  const only = choices.length === 1 ? choices[0] : undefined;
  // `string or null` written as a choice of two is one type, not two variants.
  if (only) {
    const described = { ...only, ...(schema.description && { description: schema.description }) };
    const inner = schemaTree(document, described, name, required, depth);
    return orNull ? { ...inner, type: `${inner.type} or null` } : inner;
  }
  const within = (part: Schema, called: string | null, needed: boolean | null) =>
    schemaTree(document, part, called, needed, depth + 1);
  const items = schema.items && Object.keys(schema.items).length > 0 ? within(schema.items, null, null) : null;
  const deep = depth >= MAX_DEPTH;
  const children = deep
    ? []
    : items
      ? items.children
      : Object.entries(schema.properties ?? {})
          .filter(([, property]) => !isNever(resolve(document, property)))
          .map(([key, property]) => within(property, key, schema.required?.includes(key) ?? false));
  const variants = deep ? [] : items ? items.variants : choices.map((one) => within(one, one.title ?? null, null));
  return {
    name,
    required,
    type: typeName(schema, items, choices.length > 0) + (orNull ? " or null" : ""),
    description: schema.description ?? null,
    notes: [...notesOf(schema), ...(items ? items.notes.map((note) => `each ${note}`) : [])],
    values:
      schema.const !== undefined
        ? [literal(schema.const)]
        : [...(schema.enum ?? []).filter((value) => value !== null).map(literal), ...(items?.values ?? [])],
    children,
    variants,
  };
}

function typeName(schema: oas31.SchemaObject, items: SchemaNode | null, isChoice: boolean): string {
  const types = typesOf(schema).filter((type) => type !== "null");
  if (items) return `array of ${items.type}`;
  if (isChoice) return "one of these";
  const base =
    types.length > 0
      ? types.join(" or ")
      : schema.properties
        ? "object"
        : schema.const !== undefined
          ? typeof schema.const
          : schema.enum
            ? "string"
            : "any JSON";
  return schema.format ? `${base} (${schema.format})` : base;
}
