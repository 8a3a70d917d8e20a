import { describe, expect, it } from "vitest";

import { readRefused, refusedCookie } from "./refused-visitor";

const visitor = { name: "Ada; Path=/", email: "ada@contoso.example", tid: "aaaaaaaa-1111-4222-8333-444444444444" };

describe("the refused visitor", () => {
  it("round-trips with any characters in the name", () => {
    const [pair = "", ...attributes] = refusedCookie(visitor, true).split("; ");
    expect(attributes).toEqual(["Path=/not-in-organisation", "Max-Age=600", "HttpOnly", "SameSite=Lax", "Secure"]);
    expect(readRefused(pair.slice(pair.indexOf("=") + 1))).toEqual(visitor);
    expect(refusedCookie(visitor, false)).not.toContain("Secure");
  });

  it.each([
    undefined,
    "",
    "nonsense",
    Buffer.from("[]").toString("base64url"),
    Buffer.from('{"tid":"x"}').toString("base64url"),
  ])("is null for %j", (value) => {
    expect(readRefused(value)).toBeNull();
  });
});
