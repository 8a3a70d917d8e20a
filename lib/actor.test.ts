import { describe, expect, it } from "vitest";

import { assertAdmin, roleReaches } from "./actor";

describe("roleReaches", () => {
  it.each([
    ["Admin", "User", true],
    ["Admin", "Admin", true],
    ["User", "Viewer", true],
    ["User", "User", true],
    ["User", "Admin", false],
    ["Viewer", "User", false],
    ["Viewer", "Admin", false],
  ] as const)("%s includes %s: %s", (role, least, expected) => {
    expect(roleReaches(role, least)).toBe(expected);
  });
});

it("only an admin passes as an admin", () => {
  expect(() => assertAdmin({ role: "Admin" })).not.toThrow();
  for (const actor of [null, { role: "User" }, { role: "Viewer" }] as const)
    expect(() => assertAdmin(actor)).toThrow("This requires the Admin role.");
});
