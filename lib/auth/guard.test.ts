import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors/app-error";

import { assertOwnPage } from "./guard";

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
