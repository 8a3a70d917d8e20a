import { describe, expect, it } from "vitest";

import { apiCollection, apiDocument } from "@/app/public-api/openapi.json/document";
import { postmanCollection } from "@/lib/public-api/openapi/postman";

const { document } = apiDocument("https://neo.example");
const collection = postmanCollection(document);
const requests = collection.item.flatMap(({ item }) => item);
const named = (name: string) => {
  const found = requests.find((item) => item.name === name);
  if (!found) throw new Error(`no request ${name}`);
  return found.request;
};

describe("the Postman collection", () => {
  it("has a folder for each tag and a request for each operation", () => {
    expect(collection.item.map(({ name }) => name)).toEqual(document.tags?.map(({ name }) => name));
    const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      (["get", "post", "put", "patch", "delete"] as const)
        .filter((method) => item[method])
        .map((method) => `${method.toUpperCase()} {{baseUrl}}${path.replace(/\{(\w+)\}/g, ":$1")}`),
    );
    expect(requests.map(({ request }) => `${request.method} ${request.url.raw}`).sort()).toEqual(operations.sort());
  });

  it("is version 2.1 and sends {{apiKey}} to {{baseUrl}}, which is this deployment", () => {
    expect(collection.info.schema).toBe("https://schema.getpostman.com/json/collection/v2.1.0/collection.json");
    expect(collection.auth).toEqual({
      type: "bearer",
      bearer: [{ key: "token", value: "{{apiKey}}", type: "string" }],
    });
    expect(collection.variable).toEqual([
      expect.objectContaining({ key: "baseUrl", value: "https://neo.example" }),
      expect.objectContaining({ key: "apiKey", value: "" }),
      expect.objectContaining({ key: "accessToken", value: "" }),
    ]);
  });

  it("sends {{accessToken}} where API keys are refused, and nothing where no credential is needed", () => {
    expect(named("List agents").auth).toBeUndefined();
    expect(named("List API keys").auth).toEqual({
      type: "bearer",
      bearer: [{ key: "token", value: "{{accessToken}}", type: "string" }],
    });
    expect(named("Health check").auth).toEqual({ type: "noauth" });
  });

  it("has the document's example as a body, and a new Idempotency-Key for each POST", () => {
    const create = named("Create an agent");
    expect(JSON.parse(create.body?.raw ?? "")).toMatchObject({
      autonomy_type: "CHAINED_ACTIONS",
      name: "Ticket triage",
    });
    expect(create.header).toContainEqual({ key: "Content-Type", value: "application/json" });
    expect(create.header).toContainEqual(expect.objectContaining({ key: "Idempotency-Key", value: "{{$guid}}" }));
    expect(named("Rotate an API key").body).toBeUndefined();
  });

  it("has optional parameters switched off, with a value to start from", () => {
    const { query } = named("List agents").url;
    expect(query.every(({ disabled }) => disabled)).toBe(true);
    expect(query).toContainEqual(expect.objectContaining({ key: "page_size", value: "50" }));
    expect(query).toContainEqual(expect.objectContaining({ key: "trigger_type", value: "SCHEDULED" }));
    expect(named("Get an agent").header).toContainEqual(
      expect.objectContaining({ key: "If-None-Match", disabled: true }),
    );
    expect(named("Get an agent").url.variable).toEqual([{ key: "agent_id", value: "" }]);
  });

  it("is made once for an address", () => {
    expect(apiCollection("https://neo.example/x")).toBe(apiCollection("https://neo.example"));
  });
});
