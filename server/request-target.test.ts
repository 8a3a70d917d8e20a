import { describe, expect, it } from "vitest";

import { apiTarget, requestProblem } from "./request-target";

describe("apiTarget", () => {
  it.each([
    ["/public-api/agents?q=%41//", "/public-api/agents", "?q=%41//"],
    ["/public-api/openapi.json", "/public-api/openapi.json", ""],
    ["/public-api/%6de?x=1", "/public-api/me", "?x=1"],
    ["/public-api/me?x=1#top", "/public-api/me", "?x=1"],
    ["/%70ublic-api/me", "/public-api/me", ""],
    ["http://neo.example/public-api/me?x=1", "/public-api/me", "?x=1"],
    ["HTTPS://neo.example:443/public-api/me", "/public-api/me", ""],
  ])("reads %s as %s and %s", (target, path, query) => {
    expect(apiTarget(target)).toEqual({ path, query });
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
  ])("makes %s an unknown path", (target) => {
    expect(apiTarget(target)).toEqual({ path: "/public-api", query: "" });
  });

  it.each(["/public-apis", "/public-api.json", "/agents//x", "/agents/./x", "//elsewhere/public-api/me", "*", "/"])(
    "leaves %s to the dashboard",
    (target) => {
      expect(apiTarget(target)).toBeNull();
    },
  );
});

describe("requestProblem", () => {
  const ask = (url: string, rawHeaders: string[] = [], headers: Record<string, string> = {}) => {
    const request = { url, rawHeaders, headers };
    const problem = requestProblem(request, apiTarget(url));
    return { reason: problem?.reason ?? null, headers: request.headers };
  };

  it("joins repeated Authorization fields in any case", () => {
    const fields = ["Host", "x", "Authorization", "Bearer a", "Accept", "*/*", "AUTHORIZATION", "Bearer b"];
    const { reason, headers } = ask("/public-api/me", fields, { authorization: "Bearer a" });
    expect([reason, headers.authorization]).toEqual([null, "Bearer a, Bearer b"]);
  });

  it("keeps a single Authorization field", () => {
    const { headers } = ask("/public-api/me", ["Authorization", "Bearer a"], { authorization: "Bearer a" });
    expect(headers.authorization).toBe("Bearer a");
  });

  it.each([
    ["/agents", ["Host", "a", "host", "a"], "malformed_request"],
    ["/public-api/me", ["Content-Type", "a", "content-type", "b"], "malformed_request"],
    ["*", [], "malformed_request"],
    ["neo.example:443", [], "malformed_request"],
    ["/agents", Array.from({ length: 2_002 }, () => "x"), "too_many_headers"],
    ["/public-api/me?q=%zz", [], "malformed_query"],
    ["/public-api/me?%c3%28=1", [], "malformed_query"],
    // The dashboard's own addresses are Next's to read.
    ["/agents?q=%zz", [], null],
    ["/public-api/me?q=%41", [], null],
    ["http://neo.example/agents", ["Host", "a"], null],
  ])("of %s is as expected", (url, fields, reason) => {
    expect(ask(url, fields).reason).toBe(reason);
  });
});
