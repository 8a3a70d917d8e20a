import type { IncomingHttpHeaders } from "node:http";

import { describe, expect, it } from "vitest";

import { actionProblem, unreadableCall } from "./refused-actions";

const ORIGIN = "https://keys.example.com";
const ID = "0".repeat(42);
const problem = (headers: IncomingHttpHeaders, url = "/agents", method = "POST") =>
  actionProblem({ method, url, headers }, ORIGIN);

describe("actionProblem", () => {
  it.each([
    undefined,
    "null",
    "",
    "foo",
    "https://evil.example",
    "http://keys.example.com",
    "https://keys.example.com:8443",
    "https://keys.example.com/",
    "HTTPS://KEYS.EXAMPLE.COM",
    "https://keys.example.com, https://evil.example",
  ])("a call with the Origin %j is cross-site with any Host and X-Forwarded-Host", (origin) => {
    const spoof = { host: "evil.example", "x-forwarded-host": "evil.example" };
    for (const headers of [{}, spoof]) {
      expect(problem({ ...headers, origin, "next-action": ID })).toBe("foreign-origin");
      expect(problem({ ...headers, origin, "content-type": "multipart/form-data; boundary=x" })).toBe("foreign-origin");
      expect(problem({ ...headers, origin, "content-type": "application/x-www-form-urlencoded" })).toBe(
        "foreign-origin",
      );
    }
  });

  it.each(["", "00", "x".repeat(42), ID.slice(1), `${ID}0`, "' or 1=1 --"])("%j is not an action id", (id) => {
    expect(problem({ origin: ORIGIN, "next-action": id })).toBe("no-action");
  });

  it("a form post without an action id is refused", () => {
    expect(problem({ origin: ORIGIN, "content-type": "multipart/form-data" })).toBe("no-action");
    expect(problem({ origin: ORIGIN, "content-type": "Application/X-WWW-Form-Urlencoded" })).toBe("no-action");
  });

  it("same-origin calls pass with any Host", () => {
    for (const host of [undefined, "localhost:3000", "keys.example.com", "10.0.0.7"])
      expect(problem({ origin: ORIGIN, host, "next-action": ID })).toBeNull();
  });

  it("requests that call no action pass", () => {
    expect(problem({ "next-action": ID }, "/agents", "GET")).toBeNull();
    expect(problem({}, "/agents")).toBeNull();
    for (const url of ["/api/auth/signout", "/public-api/agents"])
      expect(problem({ "content-type": "application/x-www-form-urlencoded" }, url)).toBeNull();
    for (const url of ["/apiary", "//api/auth", "/agents/../agents", "http://[/api/"])
      expect(problem({ "next-action": ID }, url)).toBe("foreign-origin");
  });
});

describe("unreadableCall", () => {
  const call = (body: string, headers: Record<string, string> = {}) =>
    unreadableCall(
      new Request(`${ORIGIN}/agents`, {
        method: "POST",
        headers: { "next-action": ID, "content-type": "text/plain;charset=UTF-8", ...headers },
        body,
      }),
    );

  it.each([
    "[]",
    '[{"name":"x","expiry":{"kind":"never"},"attempt":"$undefined"}]',
    '["$$escaped",1,true,"$NaN","$-0","$Infinity","$-Infinity",""]',
    `[${JSON.stringify("x".repeat(1_000_000))}]`,
  ])("arguments as the dashboard sends them pass: %#", async (body) => {
    expect(await call(body)).toBeNull();
  });

  it.each([
    ...["", "{", "null", "{}", "x", '"x"', "[1e999", '{"0":[]}', "[1,2,3,4,5,6,7,8,9]", '[{"__proto__":{}}]'],
    ...[
      '["$F1"]',
      '["$1"]',
      '["$@1"]',
      '["$K1"]',
      '["$B1"]',
      '["$n1"]',
      '["$D2026"]',
      '["$undefinedx"]',
      '[{"a":["$W1"]}]',
    ],
    `[${"[".repeat(20_000)}${"]".repeat(20_000)}]`,
  ])("anything else is 400: %#", async (body) => {
    expect(await call(body)).toBe(400);
  });

  it("a form is 415, more than 1 MiB is 413, announced or not", async () => {
    for (const type of ["multipart/form-data; boundary=x", "Application/X-WWW-Form-Urlencoded"])
      expect(await call("[]", { "content-type": type }), type).toBe(415);
    for (const type of ["application/json", ""]) expect(await call("[]", { "content-type": type }), type).toBeNull();
    expect(await call(`["${"x".repeat(1024 * 1024)}"]`)).toBe(413);
    expect(await call("[]", { "content-length": "1048577" })).toBe(413);
  });

  it("a truncated body is 400", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("hung up")) });
    const headers = { "next-action": ID, "content-type": "text/plain" };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    expect(await unreadableCall(new Request(`${ORIGIN}/agents`, init))).toBe(400);
  });

  it("a request that calls no action passes unread", async () => {
    for (const init of [{ method: "POST", body: "{" }, { headers: { "next-action": ID } }] as RequestInit[])
      expect(await unreadableCall(new Request(`${ORIGIN}/agents`, init))).toBeNull();
  });
});
