import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";

import { describe, expect, it } from "vitest";

import { normalizeRequest } from "@/lib/http/normalize-request";

function prepared(request: { url: string; method?: string; rawHeaders?: string[]; headers?: object }) {
  const incoming = { method: "GET", rawHeaders: [], headers: {}, socket: { remoteAddress: "192.0.2.1" }, ...request };
  normalizeRequest(incoming as unknown as IncomingMessage);
  return incoming;
}

describe("normalizeRequest", () => {
  it("joins repeated Authorization fields in any case", () => {
    const rawHeaders = ["Host", "x", "Authorization", "Bearer a", "Accept", "*/*", "AUTHORIZATION", "Bearer b"];
    expect(
      prepared({ url: "/public-api/me", rawHeaders, headers: { authorization: "Bearer a" } }).headers,
    ).toMatchObject({
      authorization: "Bearer a, Bearer b",
    });
  });

  it("keeps a single Authorization field", () => {
    const rawHeaders = ["Authorization", "Bearer a"];
    expect(
      prepared({ url: "/public-api/me", rawHeaders, headers: { authorization: "Bearer a" } }).headers,
    ).toMatchObject({
      authorization: "Bearer a",
    });
  });

  it.each(["TRACE", "PROPFIND", "QUERY"])("turns %s into a method that every route refuses", (method) => {
    const forged = { "x-neo-method": "GET" };
    const { method: seen, headers } = prepared({ url: "/public-api/me", method, headers: forged });
    expect([seen, headers]).toMatchObject(["PATCH", { "x-neo-method": method }]);
    expect(prepared({ url: "/public-api/me", headers: { ...forged } }).headers).not.toHaveProperty("x-neo-method");
  });

  it.each([
    ["/public-api/agents?q=%41//", "/public-api/agents?q=%41//"],
    ["/public-api/openapi.json", "/public-api/openapi.json"],
    ["/public-api/%6de?x=1", "/public-api/me?x=1"],
    ["/%70ublic-api/me", "/public-api/me"],
    ["http://neo.example/public-api/me?x=1", "/public-api/me?x=1"],
    ["HTTPS://neo.example:443/public-api/me", "/public-api/me"],
  ])("passes %s to Next as %s", (url, shown) => {
    expect(prepared({ url }).url).toBe(shown);
  });

  it.each([
    "/public-api/",
    "/public-api/me/",
    "/public-api//me",
    "//public-api/me",
    "http://neo.example//public-api/me",
    "/public-api\\me",
    "/\\public-api/me",
    "/public-api/../agents",
    "/public-api/./me",
    "/x/../public-api/me",
    "/x/%2e%2e/public-api/me",
    "/public-api/%2e%2e/agents",
    "/public-api/agents%2Fx",
    "/public-api%5cme",
    "/public-api/agents/x%00",
    "/public-api/agents/a%0d%0ab",
    "/public-api/%ff",
    "/public-api/agents/%?q=%41",
    "/public-api/me%3Fx",
    "/public-api/..",
    "/public-api/me.",
    "/public-api/m\u00e9",
  ])("routes %s to an unknown path", (url) => {
    expect(prepared({ url }).url).toBe("/public-api");
  });

  it.each(["/public-apis", "/public-api.json", "/agents//x", "/agents/./x", "//elsewhere/public-api/me"])(
    "leaves %s to Next",
    (url) => {
      expect(prepared({ url, headers: { rsc: "1" } })).toMatchObject({ url, headers: { rsc: "1" } });
    },
  );

  it("drops only Next's internal header fields", () => {
    const own = ["rsc", "next-url", "next-action", "next-router-prefetch", "x-middleware-subrequest", "x-nextjs-data"];
    own.push("x-matched-path", "x-invoke-path", "x-now-route-matches", "x-prerender-revalidate", "x-next-cache-tags");
    const dropped = { expect: "the-moon" };
    const kept = { accept: "*/*", "x-request-id": "1", "x-forwarded-for": "192.0.2.9", "idempotency-key": "k" };
    const headers = { ...kept, ...dropped, ...Object.fromEntries(own.map((name) => [name, "1"])) };
    expect(prepared({ url: "/public-api/me", headers }).headers).toEqual({
      ...kept,
      "x-neo-client-address": "192.0.2.1",
    });
  });

  it.each(["/public-api/me", "/agents"])(
    "sets the client address of a request for %s, overriding its own claim",
    (url) => {
      const headers = { "x-neo-client-address": "203.0.113.9", "x-forwarded-for": "203.0.113.9" };
      expect(prepared({ url, headers }).headers).toMatchObject({ "x-neo-client-address": "192.0.2.1" });
    },
  );

  it("leaves every other URL unchanged", () => {
    expect(prepared({ url: "/agents/%ff?x=%zz&__proto__=1", method: "TRACE" })).toMatchObject({
      url: "/agents/%ff?x=%zz&__proto__=1",
      method: "TRACE",
    });
  });
});

describe("on a real server, before its handler", () => {
  it("normalises the request", async () => {
    const look = (message: unknown) => {
      normalizeRequest((message as { request: IncomingMessage }).request);
    };
    subscribe("http.server.request.start", look);
    const server = createServer((request, response) => {
      response.end(JSON.stringify([request.method, request.url, request.headers.authorization]));
    }).listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      const lines = [
        "TRACE /public-api/%ff HTTP/1.1",
        "Host: x",
        "Authorization: a",
        "authorization: b",
        "Connection: close",
      ];
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      expect(await text(socket)).toContain('["PATCH","/public-api","a, b"]');
    } finally {
      server.close();
      unsubscribe("http.server.request.start", look);
    }
  });
});
