import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect, it } from "vitest";

import { ROOT } from "../../dev/root";
import { type Attack, attackLines, attackOutcomes, ATTACKS, playwrightArguments } from "./attacks";

const table: Attack[] = [
  { name: "One", own: ["first"] },
  { name: "Two", own: [], also: [{ file: "other.spec.ts", titles: ["second (of it)"] }] },
  { name: "Three", own: ["third"], also: [{ file: "whole.spec.ts" }] },
];
const spec = (file: string, title: string, status = "expected", annotations: object[] = []) => ({
  file,
  title,
  tests: [{ status, annotations }],
});
const report = (...specs: object[]) => ({ suites: [{ suites: [{ specs }] }] });

it("counts what was tried, and holds what passed", () => {
  const outcomes = attackOutcomes(
    report(
      spec("attack/a.spec.ts", "first of all", "expected", [
        { type: "tried", description: "40" },
        { type: "note", description: "in 3 s" },
      ]),
      spec("attack/a.spec.ts", "first again"),
      spec("other.spec.ts", "the second (of it) too"),
      spec("other.spec.ts", "first"),
      spec("attack/b.spec.ts", "third"),
      spec("whole.spec.ts", "anything"),
    ),
    table,
  );
  expect(outcomes).toEqual([
    { name: "One", held: true, ran: true, tried: 41, notes: ["in 3 s"] },
    { name: "Two", held: true, ran: true, tried: 1, notes: [] },
    { name: "Three", held: true, ran: true, tried: 2, notes: [] },
  ]);
  expect(attackLines(outcomes)[0]).toBe("✓ One        41 tried  held (in 3 s)");
});

it.each(["unexpected", "flaky", "skipped"])("an attack with a test that is %s has not held", (status) => {
  const outcomes = attackOutcomes(
    report(spec("attack/a.spec.ts", "first", status), spec("attack/a.spec.ts", "first too")),
    table,
  );
  expect(outcomes[0]?.held).toBe(false);
  expect(attackLines(outcomes)[0]).toMatch(/^✗ One .*FAILED$/);
});

it("an attack that nothing tried has not held, nor has one that the table does not name", () => {
  expect(attackOutcomes(null, table).map(({ held, ran }) => held || ran)).toEqual([false, false, false]);
  const [, , , more] = attackOutcomes(report(spec("attack/a.spec.ts", "sixth")), table);
  expect(more).toMatchObject({ name: "not in the table: sixth", held: false });
});

it("Playwright runs the table's tests and no others of their files", () => {
  const [folder, file, whole, , grep = ""] = playwrightArguments(table);
  expect([folder, file, whole]).toEqual([
    "e2e/attack/",
    String.raw`e2e/other\.spec\.ts$`,
    String.raw`e2e/whole\.spec\.ts$`,
  ]);
  const runs = (title: string) => new RegExp(grep).test(title);
  expect(runs("app attack/a.spec.ts anything")).toBe(true);
  expect(runs("app other.spec.ts group the second (of it) too")).toBe(true);
  expect(runs("app other.spec.ts the second of it")).toBe(false);
  expect(runs("app whole.spec.ts group anything")).toBe(true);
  expect(runs("app another.spec.ts the second (of it)")).toBe(false);
});

it("every title of the table exists, so a renamed test is noticed", () => {
  const sources = new Map(
    readdirSync(path.join(ROOT, "e2e"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".spec.ts"))
      .map((file) => [file, readFileSync(path.join(ROOT, "e2e", file), "utf8")]),
  );
  const own = [...sources].filter(([file]) => file.startsWith("attack")).map(([, source]) => source);
  for (const attack of ATTACKS) {
    for (const start of attack.own)
      expect(
        own.some((source) => source.includes(`"${start}`)),
        start,
      ).toBe(true);
    for (const { file, titles = [] } of attack.also ?? [])
      for (const title of titles)
        expect(sources.get(file)?.replaceAll("${status}", "400"), `${file}: ${title}`).toContain(title);
  }
});

const [attacksPart = "", fieldPart = ""] = readFileSync(path.join(ROOT, "docs", "security.md"), "utf8").split(
  "\n## Field failures\n",
);

it("docs/security.md lists every field failure with tests that exist", () => {
  const rows = fieldPart.split("\n").filter((line) => /^\| (?!-|kind )/.test(line));
  for (const row of rows) {
    const files = [...row.matchAll(/`([\w./[\]()-]+\.(?:test|spec)\.tsx?)`/g)].map(([, file]) => file ?? "");
    expect(files, row).not.toEqual([]);
    for (const file of files) expect(existsSync(path.join(ROOT, file)), `${file} of ${row}`).toBe(true);
  }
});

it("docs/security.md lists every attack of the table, and no other", () => {
  const rows = attacksPart
    .split("\n")
    .filter((line) => /^\| (?!-|Attack )/.test(line))
    .map((line) => line.split("|")[1]?.trim().replaceAll("\\", "").replaceAll("`", ""));
  expect(rows).toEqual(ATTACKS.map(({ name }) => name));
});
