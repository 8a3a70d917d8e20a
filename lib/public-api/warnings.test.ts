import { describe, expect, it } from "vitest";
import { z } from "zod";

import { agentCreation, agentPatch } from "@/lib/agents/schemas";
import { apiKeyCreation } from "@/lib/api-keys/schemas";
import { unknownFieldWarnings } from "@/lib/public-api/warnings";

const CHAIN = {
  name: "A",
  trigger_type: "NONE",
  actions: [{ anything: { goes: 1 } }],
  toolbox: { any: [{ thing: 1 }] },
};

describe("an unknown field", () => {
  it.each([
    [apiKeyCreation, { name: "A", expiresAt: null }, "expiresAt", "expires_at"],
    [apiKeyCreation, { name: "A", expires_in: 3600 }, "expires_in", "expires_at"],
    [apiKeyCreation, { name: "A", "Expires-At": null }, "Expires-At", "expires_at"],
    [agentCreation, { ...CHAIN, enabeld: false }, "enabeld", "enabled"],
    [agentCreation, { ...CHAIN, autonomy_type: "CONVERSATIONAL", acess: "ALL_USERS" }, "acess", "access"],
    [agentPatch, { TriggerType: "NONE" }, "TriggerType", "trigger_type"],
  ])("is reported with a suggestion: %#", (schema, body, path, meant) => {
    expect(unknownFieldWarnings(schema, body)).toEqual([
      { code: "unknown_field", message: `Unknown field, ignored. Did you mean ${meant}?`, path },
    ]);
  });

  it.each(["tenant_id", "key", "__proto__", "constructor", ""])(
    "unlike any known field gets no suggestion: %s",
    (name) => {
      const body = JSON.parse(JSON.stringify({ name: "A" }).replace("{", `{${JSON.stringify(name)}:1,`)) as unknown;
      expect(unknownFieldWarnings(apiKeyCreation, body)).toEqual([
        { code: "unknown_field", message: "Unknown field, ignored.", path: name || '""' },
      ]);
    },
  );

  it("is found in nested objects and arrays, inside any wrappers", () => {
    const inner = z.object({ name: z.string(), at: z.string().optional() });
    const schema = z.object({
      list: z.array(inner.nullable()).optional(),
      one: z.union([z.object({ kind: z.literal("a"), inner }), z.null()]).default(null),
      free: z.unknown(),
    });
    const body = {
      list: [null, { name: "A", att: 1 }],
      one: { kind: "a", inner: { name: "B", x: 1 } },
      free: { y: 1 },
    };
    expect(unknownFieldWarnings(schema, body).map(({ path }) => path)).toEqual(["list.1.att", "one.inner.x"]);
  });

  it("is not reported in free-form documents", () => {
    expect(unknownFieldWarnings(agentCreation, CHAIN)).toEqual([]);
  });

  it("is reported without control characters and truncated", () => {
    const [warning] = unknownFieldWarnings(apiKeyCreation, { name: "A", [`a\u0000\u202e\n${"b".repeat(50_000)}`]: 1 });
    expect(warning?.path).toBe(`a${"b".repeat(63)}`);
  });

  it("is listed up to twenty times; further ones are counted", () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`field${n}`, n]));
    const warnings = unknownFieldWarnings(apiKeyCreation, { name: "A", ...many });
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toEqual({ code: "more_unknown_fields", message: "980 more unknown fields were ignored." });
  });
});
