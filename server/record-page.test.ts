import { describe, expect, it } from "vitest";

import { routeFinder } from "./record-page";

describe("routeFinder", () => {
  const routeOf = routeFinder([
    { page: "/", regex: "^/(?:/)?$" },
    { page: "/agents", regex: "^/agents(?:/)?$" },
    { page: "/agents/[agentId]", regex: "^/agents/([^/]+?)(?:/)?$" },
    { page: "/invitation/[token]", regex: "^/invitation/([^/]+?)(?:/)?$" },
    { page: "/api/auth/[...nextauth]", regex: "^/api/auth/(.+?)(?:/)?$" },
  ]);

  it.each([
    ["/", "/"],
    ["/?q=1", "/"],
    ["/agents?page=2", "/agents"],
    ["/agents/?page=2", "/agents"],
    ["/agents/42#top", "/agents/[agentId]"],
    ["/invitation/s3cr3t?problem=x", "/invitation/[token]"],
    ["/api/auth/callback/azure-ad?code=s3cr3t", "/api/auth/[...nextauth]"],
    ["/agents/[agentId]", "/agents/[agentId]"],
    ["/nothing/here/s3cr3t", "unmatched"],
    ["http://keys.example.com/agents", "unmatched"],
    ["*", "unmatched"],
    ["", "unmatched"],
  ])("%s is %s", (target, route) => {
    expect(routeOf(target)).toBe(route);
  });
});
