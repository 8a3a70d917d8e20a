import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors/app-error";

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
  const outcome = (sent: string | null) => {
    try {
      assertOwnPage(member, sent);
      return "passed";
    } catch (error) {
      return error instanceof AppError ? error.details?.reason : error;
    }
  };

  it.each([
    ["contoso.alice", "passed"],
    ["fabrikam.alice", "other_session"],
    ["contoso.ben", "other_session"],
    ["contoso", "other_session"],
    ["", "other_session"],
    [null, "other_session"],
  ] as const)("a page of %s: %s", (sent, expected) => {
    expect(outcome(sent)).toBe(expected);
  });
});
