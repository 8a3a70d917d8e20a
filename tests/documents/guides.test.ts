import { spawnSync } from "node:child_process";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { fencedBlock, fencedBlocks } from "../support/fenced-blocks";
import { projectFiles, readProjectFile, tableBelow } from "./project-files";

const guides = projectFiles("docs/guides").map((file) => ({ file, page: readProjectFile(file) }));
const rotation = readProjectFile("docs/guides/rotate-on-a-schedule.md");

/** Why a shell can't read a script; nothing if it can. */
const syntaxErrors = (script: string) => spawnSync("sh", ["-n"], { input: script, encoding: "utf8" }).stderr;

interface Workflow {
  readonly on: { readonly schedule: readonly { readonly cron: string }[] };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

describe("guides", () => {
  it("have shell commands that a shell can read", () => {
    const scripts = guides.flatMap(({ file, page }) =>
      fencedBlocks(page)
        .filter(({ info }) => info === "sh")
        .map(({ code }) => ({ file, errors: syntaxErrors(code) })),
    );
    expect(scripts.length).toBeGreaterThan(5);
    expect(scripts.filter(({ errors }) => errors !== "")).toEqual([]);
  });

  it("have a workflow for GitHub Actions that parses, may ask for a token, and runs the program", () => {
    const { on, permissions, jobs } = parse(fencedBlock(rotation, "yaml")) as Workflow;
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(on.schedule).toEqual([{ cron: "17 */4 * * *" }]);
    expect(permissions).toMatchObject({ "id-token": "write" });
    expect(scripts).toContain("node rotate-key.ts");
    expect(scripts.map(syntaxErrors).join("")).toBe("");
  });

  it("list the settings of the rotation with their defaults", () => {
    const program = fencedBlock(rotation, "ts rotate-key.ts");
    const settings = Array.from(program.matchAll(/setting\("(\w+)", (\d+)\)/g), ([, name, value]) => [name, value]);
    const rows = tableBelow(rotation, "2\\. Add the program").map(([name, , value]) => [
      name?.replaceAll("`", ""),
      value,
    ]);
    expect(settings).toHaveLength(4);
    expect(rows).toEqual(expect.arrayContaining(settings));
  });
});
