import type { IncomingMessage } from "node:http";

import { describe, expect, it } from "vitest";

import { prepareIncoming } from "@/lib/public-api/incoming";

function prepared(request: { url: string; method?: string; rawHeaders?: string[]; headers?: object }) {
  const incoming = { method: "GET", rawHeaders: [], headers: {}, ...request };
  prepareIncoming(incoming as unknown as IncomingMessage);
  return incoming;
}

describe("prepareIncoming", () => {
  it("joins repeated Authorization fields in whatever case", () => {
    const rawHeaders = ["Host", "x", "Authorization", "Bearer a", "Accept", "*/*", "AUTHORIZATION", "Bearer b"];
    expect(prepared({ url: "/public-api/me", rawHeaders, headers: { authorization: "Bearer a" } }).headers).toEqual({
      authorization: "Bearer a, Bearer b",
    });
  });

  it("leaves one Authorization field as it is", () => {
    const rawHeaders = ["Authorization", "Bearer a"];
    expect(prepared({ url: "/public-api/me", rawHeaders, headers: { authorization: "Bearer a" } }).headers).toEqual({
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

  it("leaves every other address alone", () => {
    expect(prepared({ url: "/agents/%ff", method: "TRACE" })).toMatchObject({ url: "/agents/%ff", method: "TRACE" });
  });
});
