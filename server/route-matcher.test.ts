import { describe, expect, it } from "vitest";

import { routeMatcher } from "./route-matcher";

const [me, agents, agent, rotation, unknown] = ["me", "agents", "agent", "rotation", "unknown"].map((name) => ({
  name,
}));
const match = routeMatcher({
  "/public-api/[[...unknown]]": unknown ?? {},
  "/public-api/agents": agents ?? {},
  "/public-api/agents/[agent_id]": agent ?? {},
  "/public-api/api-keys/[key_id]/rotate": rotation ?? {},
  "/public-api/me": me ?? {},
});

describe("routeMatcher", () => {
  it.each([
    ["/public-api/me", "me", {}],
    ["/public-api/agents", "agents", {}],
    ["/public-api/agents/42", "agent", { agent_id: "42" }],
    ["/public-api/api-keys/a.b/rotate", "rotation", { key_id: "a.b" }],
    ["/public-api", "unknown", {}],
    ["/public-api/Me", "unknown", {}],
    ["/public-api/agents/42/x", "unknown", {}],
    ["/public-api/api-keys/rotate", "unknown", {}],
    ["/public-api/constructor", "unknown", {}],
  ])("leads %s to %s", (path, name, params) => {
    const found = match(path);
    expect([found.file.name, { ...found.params }]).toEqual([name, params]);
  });

  it("needs a route file for unknown paths", () => {
    expect(() => routeMatcher({ "/public-api/me": {} })).toThrow("unknown paths");
  });
});
