import { describe, expect, it } from "vitest";
import { z } from "zod";

import { dateTime } from "@/lib/text/date-time";

const ERROR = "must be a date and time";
const schema = dateTime(ERROR);
const messageOf = (text: unknown) => schema.safeParse(text).error?.issues[0]?.message;

describe("a date and time", () => {
  it.each([
    ["2026-11-01T09:00:00Z", "2026-11-01T09:00:00Z"],
    ["2026-11-01t09:00:00z", "2026-11-01T09:00:00Z"],
    ["2026-11-01T09:00:00.5z", "2026-11-01T09:00:00.5Z"],
    ["2026-11-01t09:00:00+01:00", "2026-11-01T09:00:00+01:00"],
  ])("%s is read as %s", (sent, read) => {
    expect(schema.parse(sent)).toBe(read);
  });

  it.each(["2026-11-01T09:00:00 01:00", "2026-11-01T09:00:00.123 0100"])(
    "%s is refused: the URL lost its +",
    (text) => {
      expect(messageOf(text)).toMatch(/%2B/);
    },
  );

  it.each(["2016-12-31T23:59:60Z", "2016-12-31t23:59:60.5z", "2017-01-01T00:59:60+01:00"])(
    "%s is a leap second",
    (text) => {
      expect(messageOf(text)).toMatch(/leap second/);
    },
  );

  it.each(["2026-11-01", "2026-11-01T09:00:00", "2026-13-01T09:00:00Z", "tz", "", 1, null])("%j is refused", (sent) => {
    expect(messageOf(sent)).toBe(ERROR);
  });

  it("is described with its format", () => {
    expect(z.toJSONSchema(schema, { io: "input" })).toMatchObject({ type: "string", format: "date-time" });
  });
});
