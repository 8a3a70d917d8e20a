import { describe, expect, it } from "vitest";

import { apiDocument } from "@/app/public-api/openapi.json/document";

import { readReference } from "./reference";
import { type OpenApiDocument, resolve, type Schema, schemaTree } from "./schema-tree";

const failure = (code: string) => ({
  description: `When ${code}.`,
  content: { "application/json": { schema: {}, example: { error: { code, message: "…" } } } },
});

const DOCUMENT: OpenApiDocument = {
  info: { title: "Test API", version: "1", description: "About it." },
  tags: [{ name: "Second" }, { name: "First", description: "Comes second." }],
  paths: {
    "/things/{id}": {
      parameters: [{ $ref: "#/components/parameters/Id" }],
      put: {
        operationId: "changeThing",
        summary: "Change a thing",
        description: "Not its `id`.",
        "x-required-role": "User",
        security: [{ apiKey: [] }],
        tags: ["First"],
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
        responses: {
          "200": { $ref: "#/components/responses/Thing" },
          "404": failure("NOT_FOUND"),
          "400": failure("BAD_REQUEST"),
        },
      },
    },
    "/health": { get: { summary: "Health", tags: ["Second"], responses: { "204": { description: "Alive." } } } },
  },
  components: {
    parameters: {
      Id: { name: "id", in: "path", required: true, description: "Which.", schema: { type: "string", format: "uuid" } },
    },
    responses: {
      Thing: {
        description: "The thing.",
        content: {
          "application/json": {
            schema: {
              type: "object",
              properties: { data: { $ref: "#/components/schemas/Thing" }, meta: { type: "object" } },
            },
            examples: { one: { summary: "A thing", value: { data: { name: "It" } } } },
          },
        },
      },
    },
    schemas: {
      Thing: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string", minLength: 1, maxLength: 200 },
          parts: { type: "array", maxItems: 9, items: { $ref: "#/components/schemas/Part" } },
          forbidden: { not: {} },
        },
        example: { name: "Schema's" },
      },
      Part: {
        type: "object",
        properties: {
          size: { type: ["integer", "null"], minimum: 1, maximum: 9_007_199_254_740_991 },
          kind: { enum: ["A", "B"], type: "string", default: "A" },
          whole: { $ref: "#/components/schemas/Thing", description: "What it is part of." },
        },
      },
    } satisfies Record<string, Schema>,
  },
};

const reference = readReference(DOCUMENT);
const change = reference.groups[1]!.operations[0]!;

describe("readReference", () => {
  it("groups by tag in the order of the document's tags", () => {
    expect(reference.groups.map(({ id, name, description }) => [id, name, description])).toEqual([
      ["tag-second", "Second", null],
      ["tag-first", "First", "Comes second."],
    ]);
    expect(change).toMatchObject({
      id: "changething",
      method: "PUT",
      path: "/things/{id}",
      description: "Not its `id`.",
      access: "An API key, an application with the role Integration, or a person with at least the role User.",
    });
  });

  it("includes the path's own parameters", () => {
    expect(change.parameters).toMatchObject([
      { name: "id", place: "path", schema: { type: "string (uuid)", required: true, description: "Which." } },
    ]);
  });

  it("shows the envelope's data and its examples for a success", () => {
    expect(change.success).toHaveLength(1);
    expect(change.success[0]!.schema!.children.map(({ name }) => name)).toEqual(["name", "parts"]);
    expect(change.success[0]!.examples).toEqual([
      { title: "A thing", json: expect.stringContaining('"It"') as string },
    ]);
    expect(change.body!.examples[0]!.json).toContain("Schema's");
    expect(reference.groups[0]!.operations[0]!.success[0]!.schema).toBeNull();
  });

  it("lists each failure once, with its code", () => {
    expect(change.failures.toSorted()).toEqual(["400", "404"]);
    expect(reference.failures).toEqual([
      { status: "400", code: "BAD_REQUEST", description: "When BAD_REQUEST." },
      { status: "404", code: "NOT_FOUND", description: "When NOT_FOUND." },
    ]);
  });
});

describe("the reference of this app's OpenAPI document", () => {
  const ours = readReference(apiDocument("https://neo.example").document);
  const operations = ours.groups.flatMap((group) => group.operations);
  const named = (summary: string) => operations.find((operation) => operation.summary === summary)!;

  it("has unique anchors", () => {
    const ids = [...operations, ...ours.groups].map(({ id }) => id).concat("errors");
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("shows the required role, and the variants and an example of the agent body", () => {
    expect(named("List agents").access).toContain("API key");
    expect(named("Create an agent").access).toContain("User");
    expect(
      operations
        .filter(({ access }) => access.startsWith("Anyone"))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["/public-api/health", "/public-api/openapi.json", "/public-api/postman.json"]);
    const { schema, examples } = named("Create an agent").body!;
    expect(JSON.stringify(schema)).toContain("CONVERSATIONAL");
    expect(schema.variants).toHaveLength(3);
    expect(JSON.parse(examples[0]!.json)).toHaveProperty("name");
  });

  it("has a code for every failure", () => {
    expect(ours.failures.map(({ code }) => code)).not.toContain(null);
  });
});

describe("refusals", () => {
  it("an operation with a credential but no required role is refused", () => {
    const paths = { "/x": { get: { operationId: "getX", security: [{ apiKey: [] }], responses: {} } } };
    expect(() => readReference({ ...DOCUMENT, paths })).toThrow("getX");
  });
});

describe("schemaTree", () => {
  const tree = (schema: Schema) => schemaTree(DOCUMENT, schema);

  it("shows required fields, lengths and array items, and omits impossible values", () => {
    const [name, parts, ...rest] = tree({ $ref: "#/components/schemas/Thing" }).children;
    expect(rest).toEqual([]);
    expect(name).toMatchObject({ required: true, notes: ["1 to 200 characters"] });
    expect(parts).toMatchObject({ required: false, type: "array of object", notes: ["at most 9 items"] });
    expect(parts!.children[0]).toMatchObject({ type: "integer or null", notes: ["at least 1"] });
    expect(parts!.children[1]).toMatchObject({ values: ["A", "B"], notes: ["default A"] });
  });

  it("stops at a recursive schema, and keeps a description next to a $ref", () => {
    const whole = tree({ $ref: "#/components/schemas/Part" }).children[2]!;
    expect(whole.description).toBe("What it is part of.");
    expect(JSON.stringify(whole).length).toBeLessThan(20_000);
  });

  it("shows a union with null as nullable, and other unions as variants", () => {
    expect(tree({ anyOf: [{ type: "string", format: "date-time" }, { type: "null" }] })).toMatchObject({
      type: "string (date-time) or null",
      variants: [],
    });
    const variants: Schema[] = [
      { type: "object", properties: { kind: { const: "A" } } },
      { $ref: "#/components/schemas/Part" },
    ];
    const choice = tree({ oneOf: [...variants, { type: "null" }] });
    expect(choice).toMatchObject({ type: "one of these or null", children: [] });
    expect(choice.variants.map(({ children }) => children[0]?.name)).toEqual(["kind", "size"]);
    expect(choice.variants[0]!.children[0]).toMatchObject({ type: "string", values: ["A"] });
  });

  it("merges an allOf", () => {
    const merged = tree({
      allOf: [{ $ref: "#/components/schemas/Thing" }, { properties: { more: {} }, required: ["more"] }],
    });
    expect(merged.children.map(({ name, required, type }) => [name, required, type])).toEqual([
      ["name", true, "string"],
      ["parts", false, "array of object"],
      ["more", true, "any JSON"],
    ]);
  });

  it("refuses a dangling $ref", () => {
    expect(() => resolve(DOCUMENT, { $ref: "#/components/schemas/Nope" })).toThrow("leads nowhere");
  });
});
