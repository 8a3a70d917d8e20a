import { describe, expect, it } from "vitest";

import { AllRequestTimes } from "./request-times";

describe("the times of requests", () => {
  it("are kept by entrance, route, method and status class", () => {
    const times = new AllRequestTimes();
    times.of("api", "/public-api/me", "GET").observe(200, 2);
    times.of("api", "/public-api/me", "GET").observe(204, 4);
    times.of("api", "/public-api/me", "GET").observe(401, 1);
    times.of("dashboard", "/agents", "GET").observe(0, 40_000);
    times.of("dashboard", "/agents", "BREW").observe(405, 1);
    const read = times.read().map(([labels, distribution]) => ({ ...labels, ...distribution.read() }));
    expect(read).toMatchObject([
      { door: "api", route: "/public-api/me", method: "GET", status: "2xx", count: 2, sum: 0.006 },
      { door: "api", route: "/public-api/me", method: "GET", status: "4xx", count: 1 },
      // Above the highest bound, and still counted.
      { door: "dashboard", route: "/agents", method: "GET", status: "aborted", count: 1, sum: 40 },
      { door: "dashboard", route: "/agents", method: "_OTHER", status: "4xx", count: 1 },
    ]);
  });

  it("stay bounded for arbitrary methods", () => {
    const times = new AllRequestTimes();
    for (let n = 0; n < 1_000; n++) times.of("dashboard", "unmatched", `M${String(n)}`).observe(404, 1);
    expect(times.read()).toHaveLength(1);
  });
});
