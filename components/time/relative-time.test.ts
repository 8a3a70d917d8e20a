import { formatDistanceStrict } from "date-fns";
import fc from "fast-check";
import { expect, it } from "vitest";

import { relativeTime } from "@/components/time/relative-time";

const now = new Date("2026-07-01T12:00:00Z");
const SECOND = 1000;
const DAY = 86_400 * SECOND;

it.each([
  [-30 * SECOND, "just now"],
  [0, "just now"],
  [59 * SECOND, "in less than a minute"],
  [-3 * 60 * SECOND, "3 minutes ago"],
  [-DAY, "1 day ago"],
  [7 * DAY, "in 7 days"],
  [90 * DAY, "in 3 months"],
  [362 * DAY, "in 1 year"],
  [-800 * DAY, "2 years ago"],
])("%i ms from now is %s", (distance, text) => {
  expect(relativeTime(new Date(now.getTime() + distance), now)).toBe(text);
});

it("agrees with date-fns, which is too large to send to the browser", () => {
  // In one offset of the year: date-fns counts days by the local calendar.
  process.env.TZ = "UTC";
  fc.assert(
    fc.property(fc.integer({ min: 60 * SECOND, max: 20 * 365 * DAY }), fc.boolean(), (distance, past) => {
      const at = new Date(now.getTime() + (past ? -distance : distance));
      expect(relativeTime(at, now)).toBe(formatDistanceStrict(at, now, { addSuffix: true }));
    }),
  );
});
