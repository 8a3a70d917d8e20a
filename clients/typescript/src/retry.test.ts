import { describe, expect, it } from "vitest";

import { pause, retryDelay } from "./retry.js";

const failure = (status: number | undefined, more: { reason?: string; retryAfter?: number } = {}) => ({
  status,
  reason: more.reason,
  retryAfter: more.retryAfter,
});
const middle = () => 0.5;

describe("a failed request", () => {
  it.each([undefined, 502, 503, 504])("with status %s is repeated if that has no further effect", (status) => {
    expect(retryDelay(failure(status), 0, true, middle)).toBe(375);
    expect(retryDelay(failure(status), 0, false, middle)).toBeNull();
  });

  it("that a limit refused is repeated whatever it does", () => {
    expect(retryDelay(failure(429), 0, false, middle)).toBe(375);
  });

  it("whose first sending still runs is repeated, other conflicts are not", () => {
    expect(retryDelay(failure(409, { reason: "in_progress", retryAfter: 1 }), 0, true, middle)).toBe(1_250);
    expect(retryDelay(failure(409, { reason: "already_made" }), 0, true)).toBeNull();
  });

  it.each([400, 401, 403, 404, 412, 422, 500])("with status %s is not repeated", (status) => {
    expect(retryDelay(failure(status), 0, true)).toBeNull();
  });

  it("waits twice as long each time, up to eight seconds, and never the same time", () => {
    const waits = [0, 1, 2, 3, 4, 5, 6].map((retry) => retryDelay(failure(503), retry, true, () => 1));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    expect(retryDelay(failure(503), 0, true, () => 0)).toBe(250);
  });

  it("waits at least as long as Retry-After says, up to a minute", () => {
    expect(retryDelay(failure(429, { retryAfter: 60 }), 0, true, () => 0)).toBe(60_000);
    expect(retryDelay(failure(429, { retryAfter: 61 }), 0, true)).toBeNull();
    expect(retryDelay(failure(503, { retryAfter: 0 }), 3, true, () => 0)).toBe(0);
  });
});

describe("a pause", () => {
  it("ends when its signal is aborted, with the signal's reason", async () => {
    const controller = new AbortController();
    const waiting = pause(60_000, controller.signal);
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await expect(pause(1, controller.signal)).rejects.toThrow("enough");
    await expect(pause(1, undefined)).resolves.toBeUndefined();
  });
});
