import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { LogSampler } from "@/lib/logging/sampler";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("passes a limited number of lines of each kind per second, and reports the suppressed ones once", () => {
  const reports: [string, number][] = [];
  const sampler = new LogSampler<"a" | "b">((kind, suppressed) => reports.push([kind, suppressed]));
  const admitted = (kind: "a" | "b", nowMs: number, calls: number) =>
    Array.from({ length: calls }, () => sampler.admits(kind, 3, nowMs)).filter(Boolean).length;
  expect(admitted("a", 0, 1_000)).toBe(3);
  expect(admitted("b", 500, 2)).toBe(2);
  expect(admitted("a", 999, 5)).toBe(0);
  expect(reports).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(reports).toEqual([["a", 1_002]]);
  expect(admitted("a", 1_000, 4)).toBe(3);
  vi.advanceTimersByTime(1_000);
  expect(reports).toEqual([
    ["a", 1_002],
    ["a", 1],
  ]);
});
