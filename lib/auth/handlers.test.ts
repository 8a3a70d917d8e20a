import { NextRequest } from "next/server";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { AppError } from "@/lib/errors/app-error";

import { downloadHandler } from "./download-handler";
import { jsonHandler } from "./json-handler";
import { serverAction } from "./server-action";

const error = vi.hoisted(() => vi.fn());
vi.mock("next/headers", () => ({ headers: () => Promise.resolve(new Headers()) }));
vi.mock("@/lib/auth/same-origin", () => ({ requireSameOrigin: () => Promise.resolve() }));
vi.mock("@/lib/auth/request-context", () => ({ requestContext: () => Promise.resolve({}) }));
vi.mock("@/lib/auth/guard", () => ({ requireMember: () => Promise.resolve({ actor: {}, now: new Date() }) }));
vi.mock("@/lib/logging/log", () => ({ log: () => ({ error }) }));
beforeEach(() => error.mockClear());

const request = () => new NextRequest("http://localhost/path");

/** How each entrance answers when its work fails with `cause`, after the session was read. */
const ENTRANCES = {
  "a background request": async (cause: Error) => {
    const response = await jsonHandler("/path", "Admin", () => Promise.reject(cause))(request());
    return { status: response.status, text: ((await response.json()) as { message: string }).message };
  },
  "a download": async (cause: Error) => {
    const instead = "Open it from the page.";
    const make = () => Promise.reject(cause);
    const response = await downloadHandler({ path: "/path", role: "Admin", instead }, make)(request());
    return { status: response.status, text: await response.text() };
  },
  "a server action": async (cause: Error) => {
    const result = await serverAction({ freshSignIn: false, schema: z.object({}) }, () => Promise.reject(cause))({});
    return result.ok ? null : { status: result.code, text: result.message };
  },
};

const CAUSES = {
  outage: Object.assign(new Error("connect ECONNREFUSED 10.0.0.1"), { code: "ECONNREFUSED" }),
  fault: new TypeError("secret is undefined"),
  refusal: new AppError("NOT_FOUND", "API key not found."),
};

describe.each(Object.entries(ENTRANCES))("%s", (_, answer) => {
  it.each([
    ["outage", [503, "UNAVAILABLE"], /^The service is unavailable right now\./, 1],
    ["fault", [500, "INTERNAL"], /^Something went wrong on our side\./, 1],
    ["refusal", [404, "NOT_FOUND"], /^API key not found\./, 0],
  ] as const)("answers an error of the kind %s", async (kind, statuses, text, logged) => {
    const answered = await answer(CAUSES[kind]);
    expect(statuses).toContain(answered?.status);
    expect(answered?.text).toMatch(text);
    expect(answered?.text).not.toMatch(/ECONN|10\.0\.0|secret/);
    expect(error.mock.calls.map(([fields]) => (fields as { err: unknown }).err)).toEqual(logged ? [CAUSES[kind]] : []);
  });
});
