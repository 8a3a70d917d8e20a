import { describe, expect, it } from "vitest";

import { isBackground } from "./background";

describe("isBackground", () => {
  it.each([
    ["a navigation", "GET", {}, false],
    ["a refresh that says so", "GET", { cookie: "a=b; neo-background=1" }, true],
    ["another cookie that ends like it", "GET", { cookie: "my-neo-background=1" }, false],
    ["the cookie once it was emptied", "GET", { cookie: "neo-background=" }, false],
    ["Next's fetching ahead", "GET", { "next-router-prefetch": "1" }, true],
    ["Next's fetching ahead by segments", "GET", { "next-router-segment-prefetch": "/_tree" }, true],
    ["an action while a refresh runs", "POST", { cookie: "neo-background=1" }, false],
  ])("%s", (_, method, headers, expected) => {
    expect(isBackground({ method, headers })).toBe(expected);
  });
});
