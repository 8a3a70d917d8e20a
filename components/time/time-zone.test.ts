import { afterEach, expect, it, vi } from "vitest";

import { formatInBoth, readTimeZone } from "@/components/time/time-zone";

afterEach(() => {
  vi.restoreAllMocks();
});

const december = new Date("2026-12-02T10:04:05Z");

it.each([
  ["Asia/Tokyo", ["2 Dec 2026, 19:04 GMT+9", "2 Dec 2026, 10:04 UTC"]],
  ["America/New_York", ["2 Dec 2026, 05:04 GMT-5", "2 Dec 2026, 10:04 UTC"]],
  ["UTC", ["2 Dec 2026, 10:04 UTC", null]],
  ["Etc/UTC", ["2 Dec 2026, 10:04 UTC", null]],
  ["Europe/London", ["2 Dec 2026, 10:04 GMT", null]],
  ["Africa/Abidjan", ["2 Dec 2026, 10:04 GMT", null]],
])("in %s a time is shown as %j", (zone, expected) => {
  expect(formatInBoth(december, zone, false)).toEqual(expected);
});

it("adds UTC to a summer time in London", () => {
  expect(formatInBoth(new Date("2026-07-02T10:04:05Z"), "Europe/London", true)).toEqual([
    "2 Jul 2026, 11:04:05 BST",
    "2 Jul 2026, 10:04:05 UTC",
  ]);
});

it.each(["Etc/Unknown", "", "Mars/Olympus", undefined])("takes %j for no time zone", (timeZone) => {
  vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockReturnValue({
    timeZone,
  } as Intl.ResolvedDateTimeFormatOptions);
  expect(readTimeZone()).toBeNull();
});

it("treats a browser that throws as one without a time zone", () => {
  vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockImplementation(() => {
    throw new TypeError("blocked");
  });
  expect(readTimeZone()).toBeNull();
});
