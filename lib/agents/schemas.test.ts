import { describe, expect, it } from "vitest";
import { z } from "zod";

import { agentCreation, agentPatch, ENTITY_TYPES } from "@/lib/agents/schemas";

const minimal = { name: "Triage", trigger_type: "NONE", actions: [] };

/** A refusal's messages by field path; empty if accepted. */
function problems(schema: z.ZodType, value: unknown): Record<string, string> {
  const result = schema.safeParse(value);
  return Object.fromEntries(result.error?.issues.map((issue) => [issue.path.join("."), issue.message]) ?? []);
}
const creating = (value: unknown) => problems(agentCreation, value);
const patching = (value: unknown) => problems(agentPatch, value);

describe("the body that creates an agent", () => {
  it.each([
    ["the least of a chain, which is the default", minimal],
    ["a chain by name", { ...minimal, autonomy_type: "CHAINED_ACTIONS" }],
    ["an agent without actions", { name: "A", trigger_type: "SCHEDULED", autonomy_type: "AGENTIC" }],
    ["a conversation", { name: "A", trigger_type: "NONE", autonomy_type: "CONVERSATIONAL", audience: "END_USER" }],
    ["documents that are null", { ...minimal, agent_settings: null, toolbox: null, description: null }],
    ["200 characters of four bytes", { ...minimal, name: "🤖".repeat(200) }],
  ])("may be %s", (_, body) => {
    expect(creating(body)).toEqual({});
  });

  it.each(ENTITY_TYPES)("accepts the entity type %s", (entity_type) => {
    expect(creating({ ...minimal, entity_type })).toEqual({});
  });

  it.each([
    ["no name", { trigger_type: "NONE", actions: [] }, "name"],
    ["a name of blanks", { ...minimal, name: "  " }, "name"],
    ["a name of 201 characters", { ...minimal, name: "x".repeat(201) }, "name"],
    ["a name of two lines", { ...minimal, name: "a\nb" }, "name"],
    ["a name that turns the line around", { ...minimal, name: "a\u202Eb" }, "name"],
    ["a name with a zero-width space", { ...minimal, name: "a\u200Bb" }, "name"],
    ["a name with a tag character", { ...minimal, name: "a\u{E0041}" }, "name"],
    ["a name that nobody sees", { ...minimal, name: "\u3164" }, "name"],
    ["a name that is a number", { ...minimal, name: 7 }, "name"],
    ["a description that is too long", { ...minimal, description: "x".repeat(4_001) }, "description"],
    ["no trigger type", { name: "A", actions: [] }, "trigger_type"],
    ["another trigger type", { ...minimal, trigger_type: "scheduled" }, "trigger_type"],
    ["a chain without actions", { name: "A", trigger_type: "NONE" }, "actions"],
    ["actions that are an object", { ...minimal, actions: {} }, "actions"],
    ["actions that are null", { ...minimal, autonomy_type: "AGENTIC", actions: null }, "actions"],
    ["another entity type", { ...minimal, entity_type: "Ticket" }, "entity_type"],
    ["another autonomy type", { ...minimal, autonomy_type: "MANUAL" }, "autonomy_type"],
    ["an autonomy type that is null", { ...minimal, autonomy_type: null }, "autonomy_type"],
    ["settings that are an array", { ...minimal, agent_settings: [] }, "agent_settings"],
    ["settings that are a text", { ...minimal, schedule: "daily" }, "schedule"],
    ["an audience of a chain", { ...minimal, audience: "MSP" }, "audience"],
    ["an access of an agent", { ...minimal, autonomy_type: "AGENTIC", access: "ALL_USERS" }, "access"],
    ["another audience", { ...minimal, autonomy_type: "CONVERSATIONAL", audience: "ALL" }, "audience"],
    ["enabled as a text", { ...minimal, enabled: "true" }, "enabled"],
    [
      "a document that names a prototype",
      { ...minimal, toolbox: JSON.parse('{"a":[{"__proto__":1}]}') as unknown },
      "toolbox",
    ],
    ["an array", [], ""],
    ["null", null, ""],
    ["a text", "agent", ""],
  ])("is refused for %s", (_, body, field) => {
    const found = creating(body);
    expect(Object.keys(found)).toEqual([field]);
    expect(found[field]).toMatch(/^(must|is only|Remove the invisible)/);
  });

  it("drops unknown fields, including a tenant, a creator and a prototype", () => {
    const body = JSON.parse(
      `{"name":" Triage ","trigger_type":"NONE","actions":[],"tenant_id":"x","tenantId":"x","created_by":"x","id":"x","__proto__":{"enabled":false}}`,
    ) as unknown;
    const parsed = agentCreation.parse(body);
    expect(Object.keys(parsed).sort()).toEqual(["actions", "name", "trigger_type"]);
    expect(parsed.name).toBe("Triage");
    expect(parsed.enabled).toBeUndefined();
  });

  it("keeps documents unchanged", () => {
    const toolbox = { $type: "Json", b: [1, { c: null }], a: "é" };
    expect(agentCreation.parse({ ...minimal, toolbox }).toolbox).toBe(toolbox);
  });
});

describe("the body that changes an agent", () => {
  it("accepts any subset of the fields, or none", () => {
    expect(patching({})).toEqual({});
    expect(patching({ enabled: false })).toEqual({});
    expect(patching({ description: null, schedule: null, access: "ADMINS_ONLY", audience: "MSP" })).toEqual({});
  });

  it.each([
    [{ name: null }, "name"],
    [{ actions: null }, "actions"],
    [{ enabled: null }, "enabled"],
    [{ trigger_type: "WEEKLY" }, "trigger_type"],
    [{ autonomy_type: "MANUAL" }, "autonomy_type"],
    [{ access: "NOBODY" }, "access"],
    [[], ""],
  ])("is refused for %j", (body, field) => {
    expect(Object.keys(patching(body))).toEqual([field]);
  });
});

describe("both", () => {
  it.each([
    ["agentCreation", agentCreation],
    ["agentPatch", agentPatch],
  ])("%s has a JSON schema and a valid example", (_, schema) => {
    expect(() => z.toJSONSchema(schema, { io: "input" })).not.toThrow();
    expect(problems(schema, schema.meta()?.example)).toEqual({});
  });
});
