import { describe, expect, it } from "vitest";

import { prefersLines } from "@/lib/http/accept";

describe("prefersLines", () => {
  it.each([
    "application/x-ndjson",
    "Application/X-NDJSON ; q=0.5",
    "application/x-ndjson, */*",
    "application/x-ndjson;q=0.9, application/json;q=0.8",
    "text/html, application/x-ndjson;charset=utf-8;q=0.4, */*;q=0.1",
    "application/json;q=0, application/x-ndjson;q=0.001",
  ])("is true for %s", (field) => {
    expect(prefersLines(field)).toBe(true);
  });

  it.each([
    null,
    "",
    "*/*",
    "application/*",
    "application/json",
    "application/json, application/x-ndjson",
    "application/x-ndjson, application/json",
    "application/x-ndjson;q=0",
    "application/x-ndjson;q=0, */*",
    "application/x-ndjson;q=0.5, */*",
    "application/x-ndjson;q=none, application/json",
    "application/x-ndjson-other",
    "text/html",
  ])("is false for %s", (field) => {
    expect(prefersLines(field)).toBe(false);
  });
});
