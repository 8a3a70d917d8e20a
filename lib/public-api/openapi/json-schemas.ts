import "server-only";

import { z } from "zod";

/** A part of the document: JSON. */
export type Json = Record<string, unknown>;

const PREFIX = "#/components/schemas/";

/** What zod says of a schema, as generators of clients and people read it best. */
function tidy(shape: Json, io: "input" | "output", discriminator: string | undefined): void {
  if (io === "output" && shape.additionalProperties === false) delete shape.additionalProperties;
  // A document of any JSON: the same schema in the two words that generators know.
  if (shape.propertyNames !== undefined) delete shape.propertyNames;
  if (shape.type === "object" && isEmpty(shape.additionalProperties)) shape.additionalProperties = true;
  // Zod's exact patterns of dates and ids are a screen long; the format says the same.
  if (shape.format !== undefined) delete shape.pattern;
  if (discriminator !== undefined) shape.discriminator = { propertyName: discriminator };
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
}

const isEmpty = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** The JSON Schemas of zod schemas; those with an id become components. */
export class Schemas {
  readonly components: Record<string, Json> = {};

  /**
   * @param io what goes in is before defaults and transformations, what comes out after; answers may get more fields in time
   * @throws Error when two schemas have one id
   */
  add(schema: z.ZodType, io: "input" | "output"): Json {
    const told = new Map<unknown, string>();
    // Inside an object, so that a schema with an id is referred to even when it is the outermost one.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), {
      io,
      target: "draft-2020-12",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => {
        const { discriminator, options = [] } = zodSchema._zod.def as { discriminator?: string; options?: z.ZodType[] };
        tidy(jsonSchema, io, discriminator);
        if (discriminator !== undefined) for (const option of options) told.set(option.meta()?.id, discriminator);
      },
    }) as unknown as { properties: { it: Json }; $defs?: Record<string, Json> };
    // What tells the kinds apart has to be there to be read, also where the server has a default for it.
    for (const [name, definition] of Object.entries($defs)) {
      const required = (definition.required ?? []) as string[];
      const discriminator = told.get(name);
      if (discriminator && !required.includes(discriminator)) definition.required = [discriminator, ...required];
    }
    const moved = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(moved);
      if (typeof value !== "object" || value === null) return value;
      const copy = Object.fromEntries(
        Object.entries(value).map(([name, inner]) =>
          name === "$ref" && typeof inner === "string"
            ? [name, inner.replace(/^#\/\$defs\//, PREFIX)]
            : [name, moved(inner)],
        ),
      );
      return copy.discriminator ? { ...copy, discriminator: mapped(copy, $defs) } : copy;
    };
    for (const [name, definition] of Object.entries($defs)) {
      const { id: _, ...rest } = moved(definition) as Json;
      const known = this.components[name];
      if (known && JSON.stringify(known) !== JSON.stringify(rest)) throw new Error(`two schemas are called ${name}`);
      this.components[name] = rest;
    }
    return moved(properties.it) as Json;
  }

  /** The schema itself, where it may be a reference to a component. */
  resolve(schema: Json): Json {
    return typeof schema.$ref === "string" ? (this.components[schema.$ref.slice(PREFIX.length)] ?? schema) : schema;
  }

  /** The example that a schema, or what it is a list of, was given; undefined where it has none. */
  exampleOf(schema: Json): unknown {
    const { examples, items } = this.resolve(schema) as { examples?: unknown[]; items?: Json };
    if (examples) return examples[0];
    const item = items && this.exampleOf(items);
    return item === undefined ? undefined : [item];
  }

  /** The name and the schema of each component that a schema is a choice of. */
  branchesOf(schema: Json): [name: string, branch: Json][] {
    const choices = (this.resolve(schema).oneOf ?? []) as Json[];
    return choices.map((choice) => [String(choice.$ref).slice(PREFIX.length), choice]);
  }
}

/** A discriminator that says which value stands for which component. */
function mapped({ discriminator, oneOf }: Json, definitions: Readonly<Record<string, Json>>): Json {
  const { propertyName } = discriminator as { propertyName: string };
  const mapping = (oneOf as Json[]).map(({ $ref }) => {
    const name = String($ref).slice(PREFIX.length);
    const properties = definitions[name]?.properties as Record<string, Json> | undefined;
    const value = properties?.[propertyName]?.const;
    if (typeof value !== "string")
      throw new Error(`a choice by ${propertyName} needs schemas with ids: ${String($ref)}`);
    return [value, $ref];
  });
  return { propertyName, mapping: Object.fromEntries(mapping) as Json };
}
