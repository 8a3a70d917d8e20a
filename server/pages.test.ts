import type { IncomingHttpHeaders } from "node:http";

import { describe, expect, it } from "vitest";

import { REFUSED_ACTION_PATH } from "@/lib/auth/refused-actions";

import { prepareRequest } from "./pages";

const ORIGIN = "https://keys.example.com";
const ID = "0".repeat(42);

describe("prepareRequest", () => {
  const prepared = (headers: IncomingHttpHeaders, target = "/agents") => {
    const request = { method: "POST", url: target, headers: { ...headers } };
    prepareRequest(request, new URL(ORIGIN));
    return request;
  };

  it.each([
    {},
    { host: "127.0.0.1:3000" },
    { host: "keys.example.com", "x-forwarded-host": "evil.example", "x-forwarded-port": "81" },
    { "x-forwarded-host": "a, b", "x-forwarded-proto": "http" },
  ])("%j: Next sees the public address", (headers) => {
    const { url, headers: seen } = prepared({ ...headers, origin: ORIGIN, "next-action": ID });
    expect(url).toBe("/agents");
    expect(seen).toMatchObject({
      host: "keys.example.com",
      "x-forwarded-host": "keys.example.com",
      "x-forwarded-proto": "https",
    });
    expect(seen).not.toHaveProperty("x-forwarded-port");
  });

  it.each([
    ["/%zz", "/%25zz"],
    ["/agents/%E0%A4%A?q=%zz", "/agents/%25E0%25A4%25A?q=%zz"],
    ["/agents/%C3%A4/50%", "/agents/%C3%A4/50%25"],
    ["/agents?q=50%#x%", "/agents?q=50%#x%"],
  ])("%s, which can't be decoded, becomes an unknown page: %s", (url, readable) => {
    const request = { method: "GET", url, headers: {} };
    prepareRequest(request, new URL(ORIGIN));
    expect(request.url).toBe(readable);
  });

  it.each(["/", "/agents", "/api/health", "/nope"])("TRACE %s becomes a request answered with 405", (url) => {
    const request = { method: "TRACE", url, headers: {} };
    prepareRequest(request, new URL(ORIGIN));
    expect(request).toMatchObject({ method: "PATCH", url: REFUSED_ACTION_PATH });
  });

  it.each(["/agents", "/public-apis", "/public-api-docs", "/public-api;x", "/public-api%2fagents", "/_next/x"])(
    "a cross-site call of %s never reaches Next's action parser",
    (target) => {
      const { url, headers } = prepared({ origin: "https://evil.example", "next-action": ID }, target);
      expect(url).toBe(`${REFUSED_ACTION_PATH}?problem=foreign-origin`);
      expect(headers).not.toHaveProperty("next-action");
    },
  );
});
