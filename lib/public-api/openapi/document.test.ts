import { readdirSync } from "node:fs";
import path from "node:path";

import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";

import { apiDocument } from "@/app/public-api/openapi.json/document";

const ROOT = path.join(import.meta.dirname, "..", "..", "..");
type Json = Record<string, unknown>;

const { document } = apiDocument("https://neo.example");
const components = document.components as unknown as { schemas: Record<string, Json>; responses: Record<string, Json> };
const operations = Object.values(document.paths as Record<string, Json>)
  .flatMap((item) => Object.values(item))
  .filter((found) => typeof found === "object") as Json[];
const ajv = new Ajv2020({ strict: false });
addFormats(ajv);

/** Calls back for every object in a part of the document, with its path. */
function walk(part: unknown, see: (where: string, part: Json) => void, where = ""): void {
  if (typeof part !== "object" || part === null) return;
  if (!Array.isArray(part)) see(where, part as Json);
  // An example's content isn't part of the document.
  for (const [name, inner] of Object.entries(part)) if (!/^examples?$/.test(name)) walk(inner, see, `${where}/${name}`);
}

/** Wraps a schema with the components it refers to. */
const withReferences = (schema: unknown) => ({ ...(schema as Json), components: document.components });

describe("the OpenAPI document", () => {
  it("has every route", () => {
    const routes = readdirSync(path.join(ROOT, "app", "public-api"), { recursive: true, encoding: "utf8" })
      .filter((file) => path.basename(file) === "route.ts")
      .map((file) => `/public-api/${path.dirname(file)}`.replace(/\[(\w+)\]/g, "{$1}"))
      .filter((route) => !route.includes("[["));
    expect(Object.keys(document.paths as object).sort()).toEqual(routes.sort());
  });

  it("has an absolute server URL for any configured path", () => {
    expect(apiDocument("https://neo.example/sign-in").document.servers).toMatchObject([{ url: "https://neo.example" }]);
  });

  it("gives each operation a unique, readable name", () => {
    const named = operations.map(({ operationId }) => operationId);
    expect(new Set(named).size).toBe(named.length);
    expect(named).toEqual(
      expect.arrayContaining(["listAgents", "updateAgent", "rotateApiKey", "revokeApiKey", "getMe"]),
    );
    for (const name of named) expect(name).toMatch(/^(list|create|get|update|delete|rotate|revoke)[A-Z][A-Za-z]+$/);
  });

  it("has no schema named like a language's built-in type", () => {
    const globals = Object.keys(components.schemas).filter((name) => name in globalThis);
    expect(globals).toEqual([]);
  });

  it("has an example of every body, and every example is valid for its schema", () => {
    const wrong: unknown[] = [];
    let count = 0;
    const fits = (where: string, schema: unknown, value: unknown) => {
      count++;
      const validate = ajv.compile(withReferences(schema));
      if (!validate(value)) wrong.push([where, ajv.errorsText(validate.errors)]);
    };
    walk(document, (where, part) => {
      if (Array.isArray(part.examples)) for (const value of part.examples) fits(where, part, value);
      if (!where.endsWith("application/json")) return;
      const named = Object.values((part.examples ?? {}) as Record<string, { value: unknown }>).map(
        ({ value }) => value,
      );
      const all = "example" in part ? [part.example] : named;
      if (all.length === 0) wrong.push([where, "no example"]);
      for (const value of all) fits(where, part.schema, value);
    });
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(60);
  });

  it("has a maximum length or a format for every string that can be sent", () => {
    const boundless: string[] = [];
    let count = 0;
    const look = (where: string, part: Json) => {
      if (typeof part.$ref === "string") {
        const found = part.$ref
          .split("/")
          .slice(1)
          .reduce<unknown>((at, name) => (at as Json)[name], document);
        walk(found, look, part.$ref);
      }
      if (![part.type].flat().includes("string")) return;
      count++;
      if (!["enum", "const", "format", "maxLength"].some((limit) => limit in part)) boundless.push(where);
    };
    for (const { operationId, parameters, requestBody } of operations)
      walk({ parameters, requestBody }, look, String(operationId));
    expect(boundless).toEqual([]);
    expect(count).toBeGreaterThan(30);
  });

  it("has a named schema for each kind of agent and of credential", () => {
    const choices: [string, Json][] = [];
    walk(document, (where, part) => {
      if (part.oneOf) choices.push([where, part]);
    });
    expect(choices.map(([where]) => where.split("/").slice(-1)[0]).sort()).toEqual([
      "Agent",
      "AgentCreation",
      "credential",
    ]);
    for (const [, { oneOf, discriminator }] of choices) {
      const { propertyName, mapping } = discriminator as { propertyName: string; mapping: Record<string, string> };
      expect(Object.values(mapping)).toEqual((oneOf as { $ref: string }[]).map(({ $ref }) => $ref));
      for (const [value, ref] of Object.entries(mapping)) {
        const { properties, required } = components.schemas[ref.split("/").at(-1)!]!;
        expect((properties as Record<string, Json>)[propertyName]).toMatchObject({ const: value });
        expect(required).toContain(propertyName);
      }
    }
  });

  it("documents 405 with Allow for every operation", () => {
    for (const { responses } of operations)
      expect(Object.keys(responses as Json)).toEqual(expect.arrayContaining(["404", "405"]));
    expect(Object.keys(components.responses.MethodNotAllowed!.headers as Json)).toEqual(["X-Request-Id", "Allow"]);
    expect(JSON.stringify(document.paths)).toContain("Allow: GET, HEAD, OPTIONS, POST");
  });

  it("allows any JSON in an agent's documents", () => {
    const { properties } = components.schemas.AgentPatch as { properties: Record<string, Json> };
    const free = [
      "agent_settings",
      "callback_settings",
      "schedule",
      "ticket_conditions",
      "time_entry_conditions",
      "toolbox",
    ];
    for (const name of free) expect(properties[name]).toMatchObject({ additionalProperties: true });
  });
});
