import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { testEnvironment } from "@/tests/support/test-environment";

import { authOptions, collectEvents } from "./options";

beforeEach(() => {
  for (const [name, value] of Object.entries(testEnvironment("postgres://x"))) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

it("a failed callback is reported to its own request, although NextAuth logs with the latest request's logger", async () => {
  let latest: ReturnType<typeof authOptions>["logger"];
  let failFirst: (() => void) | undefined;
  const first = collectEvents(async () => {
    latest = authOptions().logger;
    await new Promise<void>((resolve) => (failFirst = resolve));
    latest?.error?.("OAUTH_CALLBACK_ERROR", new Error("outgoing request timed out after 10000ms"));
    return "first";
  });
  const second = collectEvents(async () => {
    latest = authOptions().logger;
    failFirst?.();
    await first;
    return "second";
  });
  const event = { kind: "callback-failed", reason: "microsoft-unreachable", microsoftCode: null };
  expect(await first).toEqual(["first", event]);
  expect(await second).toEqual(["second", undefined]);
});
