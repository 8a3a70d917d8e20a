// Tests the TypeScript client as its users get it: packed, installed from the tarball, and calling a running server.
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { ROOT } from "../../dev/root";
import type { Checks } from "./checks";
import { committedTypes, generateClientTypes } from "./client-types";
import { type Ended, run, runGenerator } from "./clients";
import { startFaultyProxy } from "./faulty-proxy";

const CLIENT = path.join(ROOT, "clients", "typescript");
// npm's own news would stand in its output.
const QUIET = ["--loglevel=error", "--update-notifier=false"];
const NPM_FLAGS = ["--offline", "--no-audit", "--no-fund", ...QUIET];

/** @throws Error with the output of a program that failed */
export function succeeded(what: string, { code, output }: Ended): string {
  if (code !== 0) throw new Error(`${what} failed:\n${output}`);
  return output;
}

/** Packs the client and installs the tarball into a folder. @returns the files of the package */
export async function installPackedClient(folder: string): Promise<string[]> {
  const packing = await run(
    "npm",
    ["pack", "--json", "--ignore-scripts=false", ...QUIET, "--pack-destination", folder],
    CLIENT,
  );
  // The build that `prepack` runs prints its name, before the list or after it.
  const json = /^\[$.*^\]$/ms.exec(succeeded("npm pack", packing))?.[0] ?? "[]";
  const [packed] = JSON.parse(json) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error(`npm pack packed nothing:\n${packing.output}`);
  writeFileSync(path.join(folder, "package.json"), '{ "private": true, "type": "module" }');
  const tarball = path.join(folder, packed.filename);
  succeeded("npm install", await run("npm", ["install", ...NPM_FLAGS, tarball], folder));
  return packed.files.map((file) => file.path);
}

/** Compiles a program against the installed package and runs it. */
async function runProgram(folder: string, args: readonly string[]): Promise<Ended> {
  cpSync(path.join(ROOT, "tests", "clients", "packed.ts"), path.join(folder, "packed.ts"));
  const compilerOptions = {
    strict: true,
    target: "es2022",
    lib: ["es2023", "dom", "dom.iterable"],
    module: "nodenext",
    types: [],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["packed.ts"] }));
  succeeded("Compiling", await runGenerator("typescript/bin/tsc", "-p", folder));
  return run(process.execPath, ["packed.js", ...args], folder);
}

/**
 * Packs, installs and runs the TypeScript client.
 * @param url the server's address
 * @param token an Admin's access token
 */
export async function tryPackedClient(checks: Checks, url: string, token: string): Promise<void> {
  const isCurrent = committedTypes() === (await generateClientTypes());
  checks.expect("the client's types are those of the document (else: npm run client:types)", isCurrent);
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-packed-client-"));
  const proxy = await startFaultyProxy(url);
  try {
    const files = await installPackedClient(folder);
    const built = readdirSync(path.join(CLIENT, "src")).filter((name) => !name.endsWith(".test.ts"));
    const wanted = [
      ...built.flatMap((name) => [".js", ".d.ts"].map((ending) => `dist/${name.replace(/\.ts$/, ending)}`)),
      "README.md",
      "package.json",
    ];
    checks.expect(
      "the client's package has its code, its types and its README, and nothing else",
      files.toSorted().join() === wanted.toSorted().join(),
      { files: files.length },
      files,
    );
    const { code, output } = await runProgram(folder, [url, token, proxy.url]);
    const lines = output.split("\n").filter((line) => line.startsWith("{"));
    for (const line of lines) {
      const { what, holds, seen } = JSON.parse(line) as { what: string; holds: boolean; seen: unknown };
      checks.expect(`the packed client: ${what}`, holds, {}, [JSON.stringify(seen)]);
    }
    checks.expect("the packed client's program runs to its end", code === 0 && lines.length > 0, {}, [output]);
  } finally {
    proxy.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
