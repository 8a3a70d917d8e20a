// Known vulnerabilities of the packages that the product ships.
import { execFile } from "node:child_process";

import { expect, test } from "playwright/test";

import { type Vulnerabilities, vulnerableInService } from "../../tests/standalone/inspect";
import { ROOT } from "../../dev/root";

import { note, tried } from "./tried";

interface Report {
  readonly metadata?: {
    readonly vulnerabilities: Readonly<Record<string, number>>;
    readonly dependencies: { readonly prod: number };
  };
  readonly vulnerabilities?: Vulnerabilities;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

test("packages with a known vulnerability aren't shipped (npm audit)", async () => {
  const output = await new Promise<string>((resolve) => {
    execFile(
      "npm",
      ["audit", "--omit=dev", "--json", "--fetch-retries=0"],
      { cwd: ROOT, timeout: 60_000 },
      (_, stdout) => {
        resolve(stdout);
      },
    );
  });
  const report = JSON.parse(output || '{"message":"npm said nothing"}') as Report;
  if (!report.metadata) {
    // Without a registry or its advisories the result is unknown, and the attack's line reports it.
    expect(report.message ?? report.error?.summary, output).toBeTruthy();
    note(`not asked: ${report.message ?? report.error?.summary ?? ""}`);
    tried(0);
    return;
  }
  expect(vulnerableInService(report.vulnerabilities ?? {}), output).toEqual([]);
  tried(report.metadata.dependencies.prod);
});
