import { describe, expect, it } from "vitest";

import { emailProblem } from "./email";

describe("emailProblem", () => {
  it.each(["ann@example.com", " ann.o'neil+x@mail.example.co.uk ", "änne@bücher.example"])("accepts %j", (email) => {
    expect(emailProblem(email)).toBeNull();
  });

  it.each([
    "",
    "  ",
    "ann",
    "ann@example",
    "@example.com",
    "ann@.com",
    "ann@example..com",
    "a b@example.com",
    "ann@example.com, bob@example.com",
    "ann@example.com\r\nBcc: all@example.com",
    "Ann <ann@example.com>",
    "ann@exa\u202emple.com",
    "ann_fabrikam.com#EXT#@contoso.onmicrosoft.com",
    "ann_fabrikam.com#ext#@contoso.onmicrosoft.com",
    `${"a".repeat(320)}@example.com`,
  ])("refuses %j", (email) => {
    expect(emailProblem(email)).not.toBeNull();
  });
});
