// Every schema of the product, found automatically: for any input a schema accepts or refuses, and never throws.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";
import { z } from "zod";

const ROOT = path.join(import.meta.dirname, "..");
const source = (file: string) => readFileSync(file, "utf8");
const filesIn = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
    path.join(ROOT, folder, file),
  );

/** Values that break code which takes them for a string, a list or a date; a server action can be sent all of them. */
const hollow = (): unknown => Object.create(null);
const HOSTILE: readonly unknown[] = [
  ...[{ length: { toString: null } }, { length: { valueOf: null, toString: null } }, { length: hollow() }],
  ...[{ size: { toString: null } }, { length: 1n }, { length: Symbol("length") }, { length: NaN }, { length: 5 }],
  ...[{ toString: null, valueOf: null }, { toJSON: null }, { [Symbol.toPrimitive]: null }, { then: null }, hollow()],
  ...[{ trim: null, normalize: null, toLowerCase: 1, includes: {} }, { __proto__: null }, { constructor: null }],
  ...[[], [hollow()], [[{ length: { toString: null } }]], Array(3), null, undefined, NaN, Infinity, -0, 10n ** 400n],
  ...[Symbol("a"), () => "a", new Date(NaN), new Map([["length", 1]]), new Set([1]), new FormData(), new Blob(["a"])],
  ...["", "\0", "\ud800", "\u202e", "a".repeat(100_000), "__proto__", "9999-12-31T23:59:59-23:59", "+010000-01-01"],
];

/** The exported schemas of a module; a plain object of schemas, such as the filters of a list, is one. */
function schemasOf(exported: Record<string, unknown>): [name: string, schema: z.ZodType][] {
  return Object.entries(exported).flatMap(([name, value]): [string, z.ZodType][] => {
    if (value instanceof z.ZodType) return [[name, value]];
    const parts = typeof value === "object" && value !== null ? Object.values(value) : [];
    const isShape = parts.length > 0 && parts.every((part) => part instanceof z.ZodType);
    return isShape ? [[name, z.object(value as z.ZodRawShape)]] : [];
  });
}

/** The objects that a schema may take, each as its fields. */
function shapesOf(schema: z.core.$ZodType): z.ZodRawShape[] {
  if (schema instanceof z.ZodObject) return [schema.shape];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(shapesOf);
  return [];
}

/** Hostile values by themselves, and in each field of what a schema takes, at most one level down. */
function* inputs(schema: z.core.$ZodType, depth = 0): Generator<unknown, void, undefined> {
  yield* HOSTILE;
  for (const shape of depth < 2 ? shapesOf(schema) : []) {
    // What tells the kinds of a union apart has to be right for the rest to be looked at.
    const right = Object.entries(shape).flatMap(([name, field]) =>
      field instanceof z.ZodLiteral ? [[name, [...field.values][0]] as const] : [],
    );
    for (const [name, field] of Object.entries(shape)) {
      for (const value of inputs(field, depth + 1)) yield { ...Object.fromEntries(right), [name]: value };
    }
  }
}

const modules = filesIn("lib").filter(
  (file) =>
    file.endsWith(".ts") &&
    !/\.test\.ts$|[/\\]generated[/\\]|\.d\.ts$/.test(file) &&
    source(file).includes(' from "zod"'),
);
const found = (
  await Promise.all(
    modules.map(async (file) => {
      const exported = (await import(file)) as Record<string, unknown>;
      return schemasOf(exported).map(([name, schema]) => [name, schema] as const);
    }),
  )
).flat();

describe("a schema never throws", () => {
  it("is tried with all the schemas there are", () => {
    const names = found.map(([name]) => name);
    for (const name of ["agentCreation", "createKeyInput", "auditFilterQuery"]) expect(names).toContain(name);
    expect(found.length).toBeGreaterThan(25);
  });

  it.each(found)("%s", (_, schema) => {
    let tried = 0;
    for (const input of inputs(schema)) {
      expect(() => schema.safeParse(input)).not.toThrow();
      tried++;
    }
    expect(tried).toBeGreaterThanOrEqual(HOSTILE.length);
  });
});

it("the inputs of all server actions are among them", () => {
  const sources = filesIn("app")
    .filter((file) => file.endsWith("actions.ts"))
    .map(source);
  const used = sources.flatMap((text) => [...text.matchAll(/\bschema: (\w+)/g)].map(([, name]) => name));
  expect(used.length).toBeGreaterThan(8);
  for (const name of used) expect(found.map(([known]) => known)).toContain(name);
});
