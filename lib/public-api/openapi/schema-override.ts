import "server-only";

import { z } from "zod";
import type { CreateDocumentOptions } from "zod-openapi";

/** A part of the document: JSON. */
export type Json = Record<string, unknown>;

const isEmpty = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** Rewrites a generated schema the way that generators of clients and people read it best. */
export const override: CreateDocumentOptions["override"] = ({ zodSchema, jsonSchema, io }) => {
  const shape = jsonSchema as Json;
  // Responses may get more fields in time.
  if (io === "output" && shape.additionalProperties === false) delete shape.additionalProperties;
  // A document of any JSON, in the two words that generators know.
  delete shape.propertyNames;
  if (shape.type === "object" && isEmpty(shape.additionalProperties)) shape.additionalProperties = true;
  // Zod's patterns of dates and ids are a screen long; the format says the same.
  if (shape.format !== undefined) delete shape.pattern;
  if (shape.example !== undefined) {
    shape.examples = [shape.example];
    delete shape.example;
  }
  // A query parameter that means more than the text it arrives as.
  if (shape.parameter !== undefined) {
    const { parameter, description } = shape;
    for (const name of Object.keys(shape)) Reflect.deleteProperty(shape, name);
    Object.assign(shape, parameter, description === undefined ? {} : { description });
  }
  // Beside a choice, generators take a type for one more schema.
  if (shape.oneOf !== undefined) delete shape.type;
  if (zodSchema instanceof z.ZodObject) requireDiscriminators(zodSchema, shape);
};

/** Generators need a discriminator to be required, even where the server has a default for it: that is what an optional literal is. */
function requireDiscriminators({ shape }: z.ZodObject, json: Json): void {
  const isFixed = (field: unknown) => field instanceof z.ZodOptional && field.unwrap() instanceof z.ZodLiteral;
  const fixed = Object.keys(shape).filter((name) => isFixed(shape[name]));
  if (fixed.length > 0) json.required = [...new Set([...fixed, ...((json.required ?? []) as string[])])];
}

/** Completes the discriminators that zod-openapi leaves without a mapping, because one of their values is optional. */
export function mapDiscriminators(schemas: Readonly<Record<string, Json>>): void {
  for (const schema of Object.values(schemas)) {
    const discriminator = schema.discriminator as { propertyName: string; mapping?: Json } | undefined;
    if (!discriminator || discriminator.mapping) continue;
    const pairs = (schema.oneOf as { $ref: string }[]).map(({ $ref }) => {
      const properties = schemas[$ref.split("/").at(-1) ?? ""]?.properties as Record<string, Json>;
      return [properties[discriminator.propertyName]?.const, $ref];
    });
    discriminator.mapping = Object.fromEntries(pairs) as Json;
  }
}
