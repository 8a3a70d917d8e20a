import { describe, expect, it } from "vitest";

import { personNameProblem } from "./name";

describe("personNameProblem", () => {
  it("asks for a name, and refuses one that steers the text around it", () => {
    expect(personNameProblem("Ann O’Neil")).toBeNull();
    expect(personNameProblem(" ")).toBe("Enter a name.");
    expect(personNameProblem("Ann\u202e")).toContain("text-direction");
  });
});
