import { describe, expect, it, vi } from "vitest";
import { z } from "zod";

import * as unknownRoute from "@/app/public-api/[[...unknown]]/route";
import * as agentRoute from "@/app/public-api/agents/[agent_id]/route";
import * as agentsRoute from "@/app/public-api/agents/route";
import * as healthRoute from "@/app/public-api/health/route";
import * as meRoute from "@/app/public-api/me/route";
import { log } from "@/lib/logging/log";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { newOrganisation } from "@/tests/support/people";
import { call, makeKey } from "@/tests/support/public-api";

const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;
const READ = "GET, HEAD, OPTIONS";
const routes = {
  "/public-api/health": { route: healthRoute, allow: READ },
  "/public-api/me": { route: meRoute, allow: READ },
  "/public-api/agents": { route: agentsRoute, allow: "GET, HEAD, OPTIONS, POST" },
  "/public-api/agents/x": { route: agentRoute, allow: "GET, HEAD, OPTIONS, PUT, DELETE" },
};
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each(Object.entries(routes))("%s", (path, { route, allow }) => {
  it("is never prerendered", () => {
    expect(route.dynamic).toBe("force-dynamic");
  });

  const refused = (["POST", "PUT", "PATCH", "DELETE"] as const).filter((method) => !allow.includes(method));
  it.each(refused)("refuses %s with Allow, before it checks the credential", async (method) => {
    const answer = await call(route[method], path, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe(allow);
    expect(answer.body).toMatchObject({
      error: { code: "METHOD_NOT_ALLOWED" },
      meta: { request_id: expect.stringMatching(UUID) as string },
    });
  });

  it("answers OPTIONS with its methods and no body", async () => {
    const answer = await call(route.OPTIONS, path, { method: "OPTIONS" });
    expect([answer.status, answer.headers.get("allow"), answer.text]).toEqual([204, allow, ""]);
  });

  it("has no CORS header for any method or origin", async () => {
    for (const method of METHODS) {
      const headers = { Origin: "https://evil.example", "Access-Control-Request-Method": "GET" };
      const answer = await call(route[method], path, { method, headers });
      expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("x-request-id")).toMatch(UUID);
    }
  });

  it("refuses unknown parameters", async () => {
    const { key } = await makeKey(await newOrganisation());
    const answer = await call(route.GET, `${path}?nonsense=1`, { key, params: { agent_id: "x" } });
    expect([answer.status, answer.body.error.code]).toEqual([400, "BAD_REQUEST"]);
    expect(answer.body.error.details.parameters).toHaveProperty("nonsense");
  });
});

describe("GET /public-api/health", () => {
  it("needs no credential and ignores one", async () => {
    for (const key of [undefined, "nonsense"]) {
      const answer = await call(healthRoute.GET, "/public-api/health", { key });
      expect([answer.status, answer.body.data]).toEqual([200, { status: "ok" }]);
    }
  });
});

describe("an unknown path", () => {
  it.each(METHODS)("answers %s with the 404 envelope", async (method) => {
    const answer = await call(unknownRoute[method], "/public-api/nonsense", { method });
    expect([answer.status, answer.body.error.code]).toEqual([404, "NOT_FOUND"]);
  });
});

describe("a crash", () => {
  it("answers 500 without the cause, which is logged with the same id", async () => {
    const { key } = await makeKey(await newOrganisation());
    const crash = new Error("secret of the house");
    const { GET } = createRoute("/public-api/crash/{id}", {
      GET: operation({
        operationId: "testCrash",
        summary: "Crash",
        tag: "Service",
        allow: { key: true, member: "Viewer" },
        data: z.null(),
        handler: () => {
          throw crash;
        },
      }),
    });
    const logged = vi.spyOn(log(), "error");
    const answer = await call(GET, "/public-api/crash/x", { key });
    expect([answer.status, answer.body.error.code]).toEqual([500, "INTERNAL"]);
    expect(answer.text).not.toMatch(/secret|at .*\.ts/);
    const [fields] = logged.mock.calls[0] ?? [];
    expect(fields).toMatchObject({
      requestId: answer.body.meta.request_id,
      method: "GET",
      route: "/public-api/crash/{id}",
      code: "INTERNAL",
      err: crash,
    });
    logged.mockRestore();
  });
});
