import { expect, it } from "vitest";

import { usageCsv } from "./export";

it("writes a line for each point, also for those without calls", () => {
  const none = { served: 0, client_errors: 0, rate_limited: 0, refused: 0, failed: 0 };
  const points = [
    { start: new Date("2026-11-01T00:00:00Z"), ...none },
    { start: new Date("2026-11-02T00:00:00Z"), ...none, served: 1_234_567, refused: 2 },
  ];
  expect(usageCsv({ interval: "day", points })).toBe(
    "\ufeffstart,interval,served,client_errors,rate_limited,refused,failed\r\n" +
      "2026-11-01T00:00:00.000Z,day,0,0,0,0,0\r\n2026-11-02T00:00:00.000Z,day,1234567,0,0,2,0\r\n",
  );
});
