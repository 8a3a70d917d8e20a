import { describe, expect, it } from "vitest";

import { roleIncludes } from "./guard";

describe("roleIncludes", () => {
  it.each([
    ["Admin", undefined, true],
    ["Admin", "User", true],
    ["Admin", "Admin", true],
    ["User", undefined, true],
    ["User", "User", true],
    ["User", "Admin", false],
    ["Viewer", undefined, true],
    ["Viewer", "User", false],
    ["Viewer", "Admin", false],
  ] as const)("%s asked to be %s: %s", (role, required, expected) => {
    expect(roleIncludes(role, required)).toBe(expected);
  });
});
