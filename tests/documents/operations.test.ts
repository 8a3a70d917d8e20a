import { describe, expect, it } from "vitest";

import { codeIn, projectFiles, readProjectFile, tableBelow } from "./project-files";

const operations = readProjectFile("docs/operations.md");
const sources = projectFiles().filter(
  (file) => /^(app|lib|server)\/.*\.tsx?$|^[\w-]+\.ts$/.test(file) && !file.includes(".test."),
);
const code = sources.map(readProjectFile).join("\n");

describe("docs/operations.md", () => {
  it("names log lines that the code writes", () => {
    const [, logs = ""] = operations.split(/^\| `msg` .*$/m);
    const [table = ""] = /^\|[\s\S]+?(?=^(?!\|))/m.exec(logs) ?? [];
    const lines = table.split("\n").flatMap((row) => codeIn(row.split("|")[1]).filter((text) => text.includes(" ")));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => !code.includes(line))).toEqual([]);
  });

  it("explains every metric, and no other", () => {
    const named = tableBelow(operations, "Metrics").flatMap(([metric]) => codeIn(metric));
    const documented = named.map((metric) => metric.replace(/\{.*/, "")).filter((metric) => metric.startsWith("neo_"));
    const telemetry = sources.filter((file) => file.startsWith("lib/telemetry/")).map(readProjectFile);
    const exposed = telemetry.flatMap((text) =>
      [...text.matchAll(/"(neo_[a-z_]+)"/g)].map(([, metric = ""]) => metric),
    );
    expect([...documented].sort()).toEqual([...new Set(exposed)].sort());
  });
});
