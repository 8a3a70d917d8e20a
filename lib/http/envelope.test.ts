import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors/app-error";
import { type ErrorCode, STATUS } from "@/lib/errors/codes";
import { failureReply, successReply } from "@/lib/http/envelope";
import { responseOf } from "@/lib/http/reply";
import { testEnvironment } from "@/tests/support/test-environment";

// lib/config/env reads it on first use.
Object.assign(process.env, testEnvironment("postgresql://127.0.0.1:9/none"));

const ID = "0b9d9f6e-6a0e-4a55-9f9c-2f6d0e4f2b11";

describe("successReply", () => {
  it("is the documented envelope, not cacheable, with the id in a header too", async () => {
    const response = responseOf(successReply({ data: { a: 1 } }, ID, 1.9444));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-request-id": ID,
    });
    expect(await response.json()).toEqual({
      data: { a: 1 },
      meta: { request_id: ID, timings_ms: { total: 1.9 }, warnings: [] },
    });
  });

  it("has pagination on lists", async () => {
    const response = responseOf(successReply({ data: [], pagination: { has_more: false, next_cursor: null } }, ID, 1));
    expect(await response.json()).toMatchObject({ meta: { pagination: { has_more: false, next_cursor: null } } });
  });
});

describe("failureReply", () => {
  it.each(Object.entries(STATUS))("answers %s with %i in the envelope", async (code, status) => {
    const response = responseOf(failureReply(new AppError(code as ErrorCode, "Because."), ID));
    expect(response.status).toBe(status);
    expect(response.headers.get("x-request-id")).toBe(ID);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      error: {
        code,
        message: "Because.",
        doc_url: expect.stringMatching(/^http:\/\/localhost:3000\/api-reference#error-[a-z_]+$/) as string,
        details: { reason: expect.any(String) as string },
      },
      meta: { request_id: ID },
    });
  });

  it("hides the cause and shows the details", async () => {
    const error = new AppError("BAD_REQUEST", "No.", {
      details: { parameters: { q: "x" } },
      cause: new Error("secret"),
    });
    const text = await responseOf(failureReply(error, ID)).text();
    expect(JSON.parse(text)).toMatchObject({ error: { details: { parameters: { q: "x" } } } });
    expect(text).not.toContain("secret");
  });

  it.each([
    [new AppError("UNAUTHORIZED", "x", { reason: "missing" }), 'Bearer realm="neo"'],
    [new AppError("UNAUTHORIZED", "x", { reason: "expired" }), 'Bearer realm="neo", error="invalid_token"'],
    [new AppError("FORBIDDEN", "x"), 'Bearer realm="neo", error="insufficient_scope"'],
    [new AppError("NOT_FOUND", "x"), null],
  ])("sends a challenge as RFC 6750 requires: %o", (error, challenge) => {
    expect(responseOf(failureReply(error, ID)).headers.get("www-authenticate")).toBe(challenge);
  });

  it("sends Retry-After in whole seconds, only with 503", () => {
    expect(responseOf(failureReply(new AppError("UNAVAILABLE", "x"), ID)).headers.get("retry-after")).toMatch(
      /^[1-9]\d*$/,
    );
    expect(responseOf(failureReply(new AppError("INTERNAL", "x"), ID)).headers.has("retry-after")).toBe(false);
  });
});
