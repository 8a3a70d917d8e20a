import { expect, it } from "vitest";

import { auditHref, auditUrlParsers } from "@/lib/audit-log/list-url";
import { keyListHref, keyListParsers } from "@/lib/api-keys/list-url";
import { isMisstated } from "@/lib/text/list-address";

it.each([
  [{ page: "2" }, { page: 2 }, false],
  [{}, { page: 1 }, false],
  [{ page: "1", sort: "created", dir: "desc", status: "" }, { page: 1 }, false],
  [{ page: "99999" }, { page: 2 }, true],
  [{ page: "-1" }, { page: 1 }, true],
  [{ page: "0x2" }, { page: 1 }, true],
  [{ page: "2.5" }, { page: 2 }, true],
  [{ page: ["2", "3"] }, { page: 2 }, true],
  [{ page: "NaN" }, { page: 1 }, true],
  [{ status: "nope" }, { page: 1 }, true],
  [{ q: "what is typed " }, { q: "what is typed" }, false],
  [{ utm_source: "mail" }, { page: 1 }, false],
] as const)("the address %j of the list shown at %j is misstated: %s", (given, shown, expected) => {
  expect(isMisstated(keyListParsers, given as Record<string, string>, keyListHref(shown))).toBe(expected);
});

it("an invalid place or time in the audit log's URL is detected", () => {
  expect(isMisstated(auditUrlParsers, { after: "nonsense" }, auditHref({ after: "" }))).toBe(true);
  expect(isMisstated(auditUrlParsers, { from: "yesterday" }, auditHref({ from: null }))).toBe(true);
  expect(
    isMisstated(auditUrlParsers, { from: "2026-01-01T00:00:00.000Z" }, auditHref({ from: "2026-01-01T00:00:00.000Z" })),
  ).toBe(false);
});
