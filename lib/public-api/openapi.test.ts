import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { apiDocument } from "@/app/public-api/openapi.json/document";

const ROOT = path.join(import.meta.dirname, "..", "..");
const REDOCLY = path.join(ROOT, "node_modules", "@redocly", "cli", "bin", "cli.js");

/** What Redocly says of a document under its recommended rules. No network: no telemetry, no look for updates. */
async function lint(document: object): Promise<{ code: number; output: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "openapi-"));
  try {
    const file = path.join(folder, "openapi.json");
    writeFileSync(file, JSON.stringify(document));
    return await new Promise((resolve) => {
      const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
      execFile(
        process.execPath,
        [REDOCLY, "lint", file, "--extends=recommended", "--format=json"],
        { cwd: folder, env },
        (error, stdout) => resolve({ code: error ? Number(error.code) : 0, output: stdout }),
      );
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Report {
  readonly totals: { readonly errors: number; readonly warnings: number };
  readonly problems: readonly { readonly ruleId: string; readonly message: string; readonly location: unknown }[];
}

describe("the OpenAPI document", () => {
  it("has every route there is", () => {
    const routes = readdirSync(path.join(ROOT, "app", "public-api"), { recursive: true, encoding: "utf8" })
      .filter((file) => path.basename(file) === "route.ts")
      .map((file) => `/public-api/${path.dirname(file)}`.replace(/\[(\w+)\]/g, "{$1}"))
      .filter((route) => !route.includes("[["));
    expect(Object.keys(apiDocument().paths as object).sort()).toEqual(routes.sort());
  });

  it("passes Redocly's recommended rules without an error or a warning", { timeout: 60_000 }, async () => {
    const { code, output } = await lint(apiDocument());
    const report = JSON.parse(output) as Report;
    expect(report.problems.map(({ ruleId, message, location }) => [ruleId, message, JSON.stringify(location)])).toEqual(
      [],
    );
    expect([code, report.totals.errors, report.totals.warnings]).toEqual([0, 0, 0]);
  });

  it("fails that check when it is wrong", { timeout: 60_000 }, async () => {
    const { code } = await lint({ ...apiDocument(), paths: { "/x": { get: { responses: {} } } } });
    expect(code).not.toBe(0);
  });
});
