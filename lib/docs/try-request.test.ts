import { describe, expect, it } from "vitest";

import { apiDocument } from "@/app/public-api/openapi.json/document";

import { readReference } from "./reference";
import { prepareRequest, tryable } from "./try-request";

const operations = readReference(apiDocument("https://neo.example").document)
  .groups.flatMap((group) => group.operations)
  .map(tryable);
const named = (summary: string) => operations.find((operation) => operation.summary === summary)!;

const KEY = `neo_sk_prod_${"A".repeat(24)}`;
const entered = { credential: KEY, parameters: {}, body: "{}" };

describe("prepareRequest", () => {
  it("sends the key in its header only, and no parameter that was left empty", () => {
    const parameters = { page_size: " 5 ", q: "ä & b", cursor: "" };
    expect(prepareRequest(named("List agents"), { ...entered, credential: ` ${KEY}\n`, parameters })).toEqual({
      url: "/public-api/agents?q=%C3%A4+%26+b&page_size=5",
      init: { method: "GET", headers: { Authorization: `Bearer ${KEY}` } },
    });
  });

  it("encodes the parts of the path, and sends headers and the body", () => {
    const parameters = { agent_id: "a/../../x?y#z", "If-Match": '"x7Qp"' };
    expect(prepareRequest(named("Update an agent"), { ...entered, parameters, body: '{"enabled": false}' })).toEqual({
      url: "/public-api/agents/a%2F..%2F..%2Fx%3Fy%23z",
      init: {
        method: "PUT",
        headers: { "If-Match": '"x7Qp"', Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" },
        body: '{"enabled": false}',
      },
    });
  });

  it("sends no credential where none is needed", () => {
    expect(prepareRequest(named("Health check"), entered)).toEqual({
      url: "/public-api/health",
      init: { method: "GET", headers: {} },
    });
  });

  it.each([
    ["List agents", { credential: "" }, "credential"],
    ["List agents", { credential: "neo_sk_prod_… pasted twice" }, "credential"],
    ["Get an agent", {}, "agent_id"],
    ["Get an agent", { parameters: { agent_id: ".." } }, "agent_id"],
    ["Get an agent", { parameters: { agent_id: "x", "If-None-Match": "ä" } }, "If-None-Match"],
    ["Create an agent", { body: "{" }, "body"],
  ])("%s with %j can't be sent: %s has a message", (summary, change, field) => {
    expect(prepareRequest(named(summary), { ...entered, ...change })).toEqual({
      problems: { [field]: expect.any(String) as string },
    });
  });

  it("every operation can be sent from its examples, to /public-api on this site", () => {
    for (const operation of operations) {
      const parameters = Object.fromEntries(
        operation.parameters.filter(({ required }) => required).map(({ name }) => [name, "x"]),
      );
      const prepared = prepareRequest(operation, { ...entered, parameters, body: operation.body ?? "" });
      expect(prepared).toHaveProperty("url", expect.stringMatching(/^\/public-api\/[\w./-]+$/));
    }
  });
});
