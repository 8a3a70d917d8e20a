import { describe, expect, it } from "vitest";

import { safeLocalPath, safePath } from "./safe-path";

describe("safePath", () => {
  it.each(["/", "/agents", "/roles-access/api-keys?status=active&q=a%20b", "/agents#top", "/sign-in", "/apiary"])(
    "keeps %s",
    (path) => {
      expect(safePath(path)).toBe(path);
    },
  );

  it.each([
    "//evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/a\n//evil.example",
    "/./ /../\\evil.example",
    "/.//evil.example",
    "/%2e//evil.example",
    "/a/..//evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "agents",
    "",
    "/api/auth/signout",
    "/public-api/me",
    "/access-denied?from=/x",
    undefined,
    null,
    ["/agents"],
  ])("replaces %j", (path) => {
    expect(safePath(path, "/home")).toBe("/home");
  });

  it.each([
    [`/agents?q=${"x".repeat(8_000)}`, "/agents"],
    // Each of these characters takes nine when percent-encoded.
    [`/agents?q=${"é".repeat(200)}`, "/agents"],
    [`/agents#${"x".repeat(8_000)}`, "/agents"],
    [`/${"x".repeat(8_000)}`, "/home"],
    [`/agents?q=${"x".repeat(900)}`, `/agents?q=${"x".repeat(900)}`],
  ])("limits a path's length to what proxies accept in a header", (path, kept) => {
    expect(safePath(path, "/home")).toBe(kept);
  });

  it("never returns a URL that a browser resolves to another site", () => {
    for (const path of ["/a/%2e%2e//evil.example", "/..//evil.example", "/%5cevil.example", "/@evil.example"])
      expect(new URL(safePath(path), "https://keys.example.com").origin).toBe("https://keys.example.com");
  });
});

describe("safeLocalPath", () => {
  const origin = "https://keys.example.com";
  it("reduces same-origin URLs to their path", () => {
    expect(safeLocalPath(`${origin}/agents?x=1`, origin)).toBe("/agents?x=1");
    expect(safeLocalPath(origin, origin)).toBe("/");
    expect(safeLocalPath("/agents", origin)).toBe("/agents");
  });

  it.each([
    "https://keys.example.com.evil.example/agents",
    "https://keys.example.com@evil.example/",
    "https://keys.example.com//evil.example",
    "http://keys.example.com/agents",
    "https://evil.example/https://keys.example.com/",
  ])("refuses %s", (url) => {
    expect(safeLocalPath(url, origin)).toBe("/");
  });
});
