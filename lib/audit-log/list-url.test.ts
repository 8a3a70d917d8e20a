import { describe, expect, it } from "vitest";

import { auditHref, filtersOf, loadAuditUrl, parsePlace, toPlace } from "./list-url";

describe("the audit log's URL", () => {
  it("round-trips", () => {
    const state = {
      q: "192.0.2.7",
      action: "api_key.created" as const,
      actor: "0190a1b2-0000-7000-8000-00000000000c",
      target: "api_key" as const,
      target_id: "0190a1b2-0000-7000-8000-00000000000a",
      from: "2026-11-01T00:00:00.000Z",
      to: "2026-12-01T00:00:00.000Z",
      size: 25 as const,
      after: "1_0190a1b2-0000-7000-8000-00000000000c",
      before: "",
    };
    expect(loadAuditUrl(new URLSearchParams(auditHref(state)))).toEqual(state);
    expect(filtersOf(state)).toEqual({
      q: state.q,
      action: state.action,
      actor: state.actor,
      target: state.target,
      targetId: state.target_id,
      from: new Date(state.from),
      to: new Date(state.to),
    });
  });

  it("ignores invalid values", () => {
    const url = loadAuditUrl(
      new URLSearchParams("size=30&action=x.y&actor=me&target=all&from=yesterday&to=%2B275760-09-13T00:00:00Z&q=a%00b"),
    );
    expect(filtersOf(url)).toEqual({ q: "ab" });
  });

  it.each(["9999-12-31T23:59:59-00:01", "0000-06-01T00:00:00Z", "0001-01-01T00:00:00+00:01"])(
    "ignores a time outside the UTC years 1 to 9999: %s",
    (moment) => {
      const url = loadAuditUrl(new URLSearchParams({ from: moment, to: moment }));
      expect(filtersOf(url)).toEqual({});
    },
  );
});

describe("parsePlace", () => {
  it("parses the output of toPlace", () => {
    const row = { at: new Date("2026-11-01T09:00:00.123Z"), id: "0190a1b2-0000-7000-8000-00000000000c" };
    expect(parsePlace(toPlace(row))).toEqual({ at: row.at.getTime(), id: row.id });
  });

  it.each([
    "",
    "x",
    "1_",
    "_0190a1b2-0000-7000-8000-00000000000c",
    "1_0190a1b2-0000-7000-8000-00000000000",
    "999999999999999_0190a1b2-0000-7000-8000-00000000000c",
  ])("ignores the invalid place %j", (text) => {
    expect(parsePlace(text)).toBeUndefined();
  });
});
