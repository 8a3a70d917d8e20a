import { describe, expect, it } from "vitest";

import { addVisit, parseVisits, type Visit } from "./recent";

const visit = (n: number): Visit => ({ kind: "key", label: `Key ${String(n)}`, href: `/k/${String(n)}` });

describe("addVisit", () => {
  it("puts the latest first, once, and keeps six", () => {
    const visits = [1, 2, 3, 4, 5, 6, 7, 3].reduce<Visit[]>((before, n) => addVisit(before, visit(n)), []);
    expect(visits.map(({ href }) => href)).toEqual(["/k/3", "/k/7", "/k/6", "/k/5", "/k/4", "/k/2"]);
  });

  it("takes the new label of a page that was renamed", () => {
    expect(addVisit([visit(1)], { ...visit(1), label: "Renamed" })).toEqual([{ ...visit(1), label: "Renamed" }]);
  });
});

describe("parseVisits", () => {
  it("reads what was kept", () => {
    expect(parseVisits(JSON.stringify([visit(1), visit(2)]))).toEqual([visit(1), visit(2)]);
  });

  it.each([null, "", "nonsense", "7", "null", "{}", '[null,7,{"kind":"key"}]'])("takes %j for nothing", (stored) => {
    expect(parseVisits(stored)).toEqual([]);
  });

  it.each(["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])("never leads to %j", (href) => {
    expect(parseVisits(JSON.stringify([{ ...visit(1), href }]))).toEqual([]);
  });
});
