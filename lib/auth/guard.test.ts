import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors";

import { assertOwnPage, roleIncludes } from "./guard";

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

describe("assertOwnPage", () => {
  const member = { tenantId: "contoso", memberId: "alice", name: "Alice", tenantName: "Contoso" };
  const outcome = (sent: string | null, kind: "change" | "read") => {
    try {
      assertOwnPage(member, sent, kind);
      return "passed";
    } catch (error) {
      return error instanceof AppError ? error.details?.reason : error;
    }
  };

  it.each([
    ["contoso.alice", "change", "passed"],
    ["contoso.alice", "read", "passed"],
    ["fabrikam.alice", "change", "other_session"],
    ["fabrikam.alice", "read", "other_session"],
    ["contoso.ben", "change", "other_session"],
    ["contoso", "change", "other_session"],
    ["", "change", "other_session"],
    [null, "change", "other_session"],
    [null, "read", "passed"],
  ] as const)("a page of %s asks for a %s: %s", (sent, kind, expected) => {
    expect(outcome(sent, kind)).toBe(expected);
  });
});
