import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";

import { describe, expect, it } from "vitest";

import { prepareIncoming } from "@/lib/public-api/incoming";

function prepared(request: { url: string; method?: string; rawHeaders?: string[]; headers?: object }) {
  const incoming = { method: "GET", rawHeaders: [], headers: {}, socket: { remoteAddress: "192.0.2.1" }, ...request };
  prepareIncoming(incoming as unknown as IncomingMessage);
  return incoming;
}

describe("prepareIncoming", () => {
  it("joins repeated Authorization fields in whatever case", () => {
    const rawHeaders = ["Host", "x", "Authorization", "Bearer a", "Accept", "*/*", "AUTHORIZATION", "Bearer b"];
    expect(
      prepared({ url: "/public-api/me", rawHeaders, headers: { authorization: "Bearer a" } }).headers,
    ).toMatchObject({
      authorization: "Bearer a, Bearer b",
    });
  });

  it("leaves one Authorization field as it is", () => {
    const rawHeaders = ["Authorization", "Bearer a"];
    expect(
      prepared({ url: "/public-api/me", rawHeaders, headers: { authorization: "Bearer a" } }).headers,
    ).toMatchObject({
      authorization: "Bearer a",
    });
  });

  it.each(["TRACE", "PROPFIND", "QUERY"])("turns %s into a method that every route refuses", (method) => {
    expect(prepared({ url: "/public-api/me", method }).method).toBe("PATCH");
  });

  it.each([
    ["/public-api/%ff", "/public-api/%25ff"],
    ["/public-api/agents/%?q=%41", "/public-api/agents/%25?q=%41"],
    ["/public-api/agents/%41?q=%ff", "/public-api/agents/%41?q=%ff"],
  ])("makes %s readable as %s", (url, readable) => {
    expect(prepared({ url }).url).toBe(readable);
  });

  it.each(["/public-api/me", "/agents"])("says where a request for %s came from, whatever it says itself", (url) => {
    const headers = { "x-neo-client-address": "203.0.113.9", "x-forwarded-for": "203.0.113.9" };
    expect(prepared({ url, headers }).headers).toMatchObject({ "x-neo-client-address": "192.0.2.1" });
  });

  it("leaves every other address alone", () => {
    expect(prepared({ url: "/agents/%ff", method: "TRACE" })).toMatchObject({ url: "/agents/%ff", method: "TRACE" });
  });
});

describe("on a real server, before its handler", () => {
  it("has seen the request", async () => {
    const look = (message: unknown) => {
      prepareIncoming((message as { request: IncomingMessage }).request);
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
      expect(await text(socket)).toContain('["PATCH","/public-api/%25ff","a, b"]');
    } finally {
      server.close();
      unsubscribe("http.server.request.start", look);
    }
  });
});
