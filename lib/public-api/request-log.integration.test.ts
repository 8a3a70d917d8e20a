import { NextRequest } from "next/server";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";

import * as unknownRoute from "@/app/public-api/[[...unknown]]/route";
import * as agentsRoute from "@/app/public-api/agents/route";
import { POST as refuseAction } from "@/app/api/refused-action/route";
import * as meRoute from "@/app/public-api/me/route";
import { recordRequestError } from "@/instrumentation-node";
import { env } from "@/lib/config/env";
import { databaseUnavailable } from "@/lib/errors/app-error";
import { log } from "@/lib/logging/log";
import { logConsole } from "@/lib/logging/console";
import { logRefusal } from "@/lib/public-api/request-log";
import { newOrganisation } from "@/tests/support/people";
import { call, makeKey } from "@/tests/support/public-api";

let info: MockInstance;
let error: MockInstance;

let started = performance.now();

beforeEach(() => {
  // Starts in a fresh second that doesn't end during a test.
  started += 10_000;
  vi.spyOn(performance, "now").mockReturnValue(started);
  info = vi.spyOn(log(), "info");
  error = vi.spyOn(log(), "error");
});
afterEach(() => vi.restoreAllMocks());

const lines = (spy: MockInstance) => spy.mock.calls.map(([fields]) => fields as Record<string, unknown>);

describe("a refused call has one line", () => {
  it("with the reason, the route and the caller, never the key", async () => {
    const { id, key } = await makeKey(await newOrganisation());
    const headers = { "x-neo-client-address": "192.0.2.7" };
    const answer = await call(agentsRoute.GET, "/public-api/agents?page_size=0", { key, headers });
    expect(lines(info)).toEqual([
      expect.objectContaining({
        requestId: answer.body.meta.request_id,
        method: "GET",
        route: "/public-api/agents",
        status: 400,
        code: "BAD_REQUEST",
        reason: "invalid_parameter",
        address: "192.0.2.7",
        last4: key.slice(-4),
        keyId: id,
      }),
    ]);
    expect(JSON.stringify(lines(info))).not.toContain(key.slice(12, -4));
  });

  it("also for an unknown key, an unknown path and a wrong method", async () => {
    await call(meRoute.GET, "/public-api/me", { key: `neo_sk_test_${"A".repeat(20)}WXYZ` });
    await call(unknownRoute.GET, "/public-api/nope");
    await call(meRoute.POST, "/public-api/me", { method: "POST" });
    await call(meRoute.PATCH, "/public-api/me", { method: "PROPFIND" });
    expect(lines(info).map(({ reason, last4, route }) => [reason, last4, route])).toEqual([
      ["unknown", "WXYZ", "/public-api/me"],
      ["unknown_path", undefined, "/public-api/*"],
      ["method_not_allowed", undefined, "/public-api/me"],
      ["method_not_allowed", undefined, "/public-api/me"],
    ]);
    // The method as sent, although Next has no handler for it.
    expect(lines(info).map(({ method }) => method)).toEqual(["GET", "GET", "POST", "PROPFIND"]);
  });

  it("at most ten times per reason and second in a flood", async () => {
    for (let n = 0; n < 50; n++) await call(unknownRoute.GET, "/public-api/nope");
    expect(lines(info)).toHaveLength(10);
    await vi.waitFor(() => {
      expect(lines(info).at(-1)).toEqual({ reason: "unknown_path", suppressed: 40 });
    }, 3_000);
  });
});

it("an outage logs one stack per second, and a count", async () => {
  const away = databaseUnavailable(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
  for (let n = 0; n < 30; n++) {
    logRefusal({ requestId: String(n), method: "GET", route: "/x", headers: new Headers() }, away);
  }
  expect(lines(error).map(({ err }) => err)).toEqual([away.cause]);
  await vi.waitFor(() => {
    expect(lines(info).at(-1)).toEqual({ reason: "database_unavailable", suppressed: 29 });
  }, 3_000);
});

it("an outage in pages logs one line per second and a count, without Next's own lines", async () => {
  const printed = { ...console };
  logConsole();
  try {
    const request = { path: "/agents?q=secret", method: "GET", headers: { "x-neo-request-id": "1" } };
    const context = { routerKind: "App Router", routePath: "/agents", routeType: "render" } as const;
    const fail = (fault: Error) => {
      console.error(fault);
      return recordRequestError(fault, request, { ...context, renderSource: undefined, revalidateReason: undefined });
    };
    const away = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", digest: "7" });
    for (let n = 0; n < 30; n++) await fail(away());
    expect(lines(error)).toEqual([
      expect.objectContaining({ method: "GET", route: "/agents", kind: "render", digest: "7", err: away() }),
    ]);
    await vi.waitFor(() => {
      expect(lines(info).at(-1)).toEqual({ reason: "database_unavailable", suppressed: 29 });
    }, 3_000);
    // An internal error is logged every time.
    for (let n = 0; n < 3; n++) await fail(new Error("ours"));
    expect(lines(error)).toHaveLength(1 + 6);
  } finally {
    Object.assign(console, printed);
  }
});

it("a warning that anyone can cause is logged ten times a second, then counted", async () => {
  const warn = vi.spyOn(log(), "warn");
  const printed = { ...console };
  logConsole();
  try {
    const request = new NextRequest("http://localhost/api/refused-action?problem=foreign-origin", {
      method: "POST",
      headers: { origin: "null", "x-neo-client-address": "192.0.2.7" },
    });
    for (let n = 0; n < 50; n++) expect(refuseAction(request).status).toBe(403);
    for (let n = 0; n < 50; n++) console.warn(new Error(`Failed to find Server Action "${n}". This request might be`));
  } finally {
    Object.assign(console, printed);
  }
  const foreign = "a server action was called from another origin";
  const unknown = "a server action was called that this release does not have";
  for (const message of [foreign, unknown])
    expect(warn.mock.calls.filter(([, words]) => words === message)).toHaveLength(10);
  expect(lines(warn)[0]).toEqual({ origin: "null", address: "192.0.2.7" });
  await vi.waitFor(() => {
    for (const warning of [foreign, unknown]) expect(lines(info)).toContainEqual({ warning, suppressed: 40 });
  }, 3_000);
});

it("LOG_REQUESTS=all logs every call, including successful ones", async () => {
  const { key } = await makeKey(await newOrganisation());
  await call(meRoute.GET, "/public-api/me", { key });
  expect(lines(info)).toEqual([]);
  Object.assign(env(), { LOG_REQUESTS: "all" });
  await call(meRoute.GET, "/public-api/me", { key });
  for (let n = 0; n < 15; n++) await call(unknownRoute.GET, "/public-api/nope");
  await call(agentsRoute.OPTIONS, "/public-api/agents", { method: "OPTIONS" });
  await call(meRoute.GET, "/public-api/me", { key, signal: AbortSignal.abort() });
  Object.assign(env(), { LOG_REQUESTS: "refused" });
  expect(lines(info)).toHaveLength(18);
  expect(lines(info)[0]).toMatchObject({ route: "/public-api/me", status: 200, last4: key.slice(-4) });
  expect(lines(info).slice(-2)).toMatchObject([
    { route: "/public-api/agents", method: "OPTIONS", status: 204 },
    { route: "/public-api/me", method: "GET", status: "aborted" },
  ]);
});
