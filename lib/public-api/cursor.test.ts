import { beforeAll, describe, expect, it } from "vitest";

import { testEnvironment } from "@/tests/support/test-environment";
import { type CursorScope, decodeCursor, encodeCursor } from "@/lib/public-api/cursor";

const POSITION = { at: 1_767_225_600_123, id: "019b7d5e-7c00-7abc-8def-0123456789ab" };
const SCOPE: CursorScope = {
  list: "agents",
  tenantId: "a",
  filters: { enabled: true, q: "x", triggerType: undefined },
};
const refused = expect.objectContaining({ code: "BAD_REQUEST" }) as unknown;

function attempt(cursor: string, scope: CursorScope): unknown {
  try {
    return decodeCursor(cursor, scope);
  } catch (error) {
    return error;
  }
}

beforeAll(() => {
  Object.assign(process.env, testEnvironment("postgresql://nobody@127.0.0.1:1/none"));
});

describe("a cursor", () => {
  it("round-trips its position", () => {
    expect(decodeCursor(encodeCursor(POSITION, SCOPE), SCOPE)).toEqual(POSITION);
  });

  it("is the same for the same filters in any order, with absent ones omitted", () => {
    const other = { ...SCOPE, filters: { q: "x", enabled: true } };
    expect(decodeCursor(encodeCursor(POSITION, SCOPE), other)).toEqual(POSITION);
  });

  it.each([
    { ...SCOPE, tenantId: "b" },
    { ...SCOPE, list: "api-keys" },
    { ...SCOPE, filters: { enabled: false, q: "x" } },
    { ...SCOPE, filters: { enabled: true } },
    { ...SCOPE, filters: { enabled: true, q: "x", triggerType: "NONE" } },
    { ...SCOPE, filters: { enabled: "true", q: "x" } },
  ])("is refused elsewhere: %j", (scope) => {
    expect(attempt(encodeCursor(POSITION, SCOPE), scope)).toEqual(refused);
  });

  it("is refused with any one character changed, added or removed", () => {
    const cursor = encodeCursor(POSITION, SCOPE);
    for (let i = 0; i < cursor.length; i++) {
      const other = cursor[i] === "A" ? "B" : "A";
      expect(attempt(cursor.slice(0, i) + other + cursor.slice(i + 1), SCOPE)).toEqual(refused);
      expect(attempt(cursor.slice(0, i) + cursor.slice(i + 1), SCOPE)).toEqual(refused);
      expect(attempt(`${cursor.slice(0, i)}!${cursor.slice(i)}`, SCOPE)).toEqual(refused);
    }
  });

  it.each(["", "x", "====", "A".repeat(54), "é".repeat(54)])("refuses %j", (cursor) => {
    expect(attempt(cursor, SCOPE)).toEqual(refused);
  });
});
