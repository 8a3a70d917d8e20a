import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

import { ROOT } from "@/dev/root";
import { findProgram } from "@/tests/support/find-program";

const FOLDER = path.join(ROOT, "docs", "monitoring");
const promtool = findProgram("promtool");
if (!promtool) process.stderr.write("promtool is not installed here: metrics and alert rules are not checked by it\n");

const run = (args: string[], input?: string) => {
  try {
    return execFileSync(promtool ?? "promtool", args, { cwd: FOLDER, encoding: "utf8", ...(input ? { input } : {}) });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`, { cause: error });
  }
};

let text: string;
/** Names that a query can use: those of the exposition and a histogram's series. */
let names: Set<string>;

beforeAll(async () => {
  const { SIGN_IN_ERRORS } = await import("@/lib/auth/sign-in-errors");
  const { counts } = await import("@/lib/telemetry/counts");
  const { exposition } = await import("@/lib/telemetry/prometheus");
  counts.requests.of("dashboard", "/agents", "GET").observe(200, 12);
  ({ text } = await exposition(["signed_in", ...SIGN_IN_ERRORS]));
  names = new Set([...text.matchAll(/^(?:# TYPE )?([a-z_]\w*)(?:\{|\s)/gm)].map(([, name]) => name ?? ""));
});

/** Every metric in an expression: identifiers not followed by `(` or `=`, except PromQL keywords. */
function metricsIn(expression: string): string[] {
  const plain = expression.replaceAll(/"[^"]*"/g, '""').replaceAll(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, "");
  return [...plain.matchAll(/\b(?:neo|nodejs|process)_\w+/g)].map(([name]) => name);
}

describe("the metrics", () => {
  it.skipIf(!promtool)("have valid names, types and help for Prometheus", () => {
    expect(run(["check", "metrics"], text)).toBe("");
  });

  it("start at 0 for every value of their labels", async () => {
    const { ACCOUNT_CHECKS, OUTCOMES } = await import("@/lib/telemetry/counts");
    const { SIGN_IN_ERRORS } = await import("@/lib/auth/sign-in-errors");
    const { STATUS } = await import("@/lib/errors/codes");
    const value = (series: string) => text.split("\n").find((line) => line.startsWith(`${series} `));
    for (const series of [
      ...OUTCOMES.map((outcome) => `neo_verifications_total{outcome="${outcome}"}`),
      ...["signed_in", ...SIGN_IN_ERRORS].map((outcome) => `neo_sign_ins_total{outcome="${outcome}"}`),
      ...[200, 201, ...Object.values(STATUS)].map((status) => `neo_api_answers_total{status="${String(status)}"}`),
      ...ACCOUNT_CHECKS.map((outcome) => `neo_account_checks_total{outcome="${outcome}"}`),
      ...["gone", "restored"].map((state) => `neo_account_changes_total{state="${state}"}`),
      ...["organisation", "address"].map((limit) => `neo_rate_limited_total{limit="${limit}"}`),
      ...["render", "route", "action", "proxy"].map((kind) => `neo_page_errors_total{kind="${kind}"}`),
    ])
      expect(value(series), series).toBe(`${series} 0`);
  });

  it("include the release", () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    const node = process.versions.node;
    expect(text).toMatch(
      new RegExp(`^neo_build_info\\{version="${version}",node="${node}",environment="[a-z0-9]+"\\} 1$`, "m"),
    );
  });
});

describe("docs/monitoring", () => {
  it.skipIf(!promtool)("has valid alert rules that fire when they should", () => {
    expect(run(["check", "rules", "alerts.yml"])).toContain("SUCCESS");
    expect(run(["test", "rules", "alerts.test.yml"])).toContain("SUCCESS");
  });

  it("uses only existing metrics", () => {
    const rules = parse(readFileSync(path.join(FOLDER, "alerts.yml"), "utf8")) as {
      groups: { rules: { expr: string }[] }[];
    };
    const dashboard = JSON.parse(readFileSync(path.join(FOLDER, "grafana-dashboard.json"), "utf8")) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const expressions = [
      ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    expect(expressions.length).toBeGreaterThan(20);
    const asked = new Set(expressions.flatMap(metricsIn));
    expect([...asked].filter((name) => !names.has(name))).toEqual([]);
    // Every metric of the application has a panel.
    const own = [...names]
      .filter((name) => name.startsWith("neo_"))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ""));
    const shown = [...asked].map((name) => name.replace(/_(bucket|sum|count)$/, ""));
    expect([...new Set(own)].filter((name) => !shown.includes(name))).toEqual([]);
  });
});
