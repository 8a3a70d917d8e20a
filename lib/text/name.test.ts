import { describe, expect, it } from "vitest";

import { personNameProblem } from "./name";

describe("personNameProblem", () => {
  it("requires a name, and refuses one that changes the direction of surrounding text", () => {
    expect(personNameProblem("Ann O’Neil")).toBeNull();
    expect(personNameProblem(" ")).toBe("Enter a name.");
    expect(personNameProblem("Ann\u202e")).toContain("text-direction");
  });
});
