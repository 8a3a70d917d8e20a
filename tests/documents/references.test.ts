import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { codeIn, headings, projectFiles, readProjectFile, ROOT } from "./project-files";

const files = projectFiles();
const names = new Set(files.map((file) => path.basename(file)));
const decisions = new Set(readdirSync(path.join(ROOT, "docs", "decisions")).map((name) => name.slice(0, 3)));

const FOLDERS = "local|app|components|lib|server|dev|scripts|tests|e2e|bench|prisma|public|docs";
/** `(group)`, `[parameter]`, `{one,another}` or a plain name. */
const SEGMENT = String.raw`(?:\([\w-]+\)|\[+[\w.]+\]+|[\w.-]*\{[\w,.-]+\}[\w.-]*|[\w.-]*\w)`;
/** A path below one of the project's folders, as comments and documents write it. */
const PATH = new RegExp(`(?<![\\w./@-])(?:${FOLDERS})(?:/${SEGMENT})+`, "g");
/** A file's name without its folder. */
const NAME = /^[\w.-]+\.(?:tsx?|mjs|md|sql|ya?ml|prisma|conf|cfg)$/;
/** Generated, or a name that Next gives files of a kind. */
const KNOWN = /^lib\/generated\b|^loading\.tsx$/;

const comments = (code: string) =>
  [...code.matchAll(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/.*|^\s*(?:#|--) .*/gm)].map(([text]) => text).join("\n");

/** What a text mentions, where a document's code blocks are commands and examples. */
function mentioned(file: string): string {
  const text = readProjectFile(file);
  return file.endsWith(".md") ? text.replaceAll(/^```[\s\S]*?^```/gm, "") : comments(text);
}

/** A list in braces stands for several paths. */
function alternatives(mention: string): string[] {
  const [whole, before, list, after] = /^(.*)\{(.*)\}(.*)$/.exec(mention) ?? [];
  if (whole === undefined) return [mention];
  return (list ?? "").split(",").map((one) => `${before ?? ""}${one}${after ?? ""}`);
}

/** Whether a clone has it; what is only installed counts as missing, or the result would depend on the machine. */
const exists = (mention: string) =>
  KNOWN.test(mention) ||
  (!mention.split("/").includes("node_modules") &&
    ["", ".ts", ".tsx", ".mjs"].some((ending) => existsSync(path.join(ROOT, mention + ending))));

/** A heading as GitHub names it in an address. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

describe("comments and documents", () => {
  it("mention no path that does not exist", () => {
    const missing = files.flatMap((file) =>
      [...mentioned(file).matchAll(PATH)]
        .map(([mention]) => mention)
        .flatMap(alternatives)
        .filter((mention) => !/^docs\/decisions\/\d{3}$/.test(mention) && !exists(mention))
        .map((mention) => `${file}: ${mention}`),
    );
    expect(missing).toEqual([]);
  });

  it("mention no file name in backticks that does not exist", () => {
    const missing = files.flatMap((file) =>
      codeIn(mentioned(file))
        .filter((code) => NAME.test(code) && !names.has(code) && !KNOWN.test(code))
        .map((code) => `${file}: ${code}`),
    );
    expect(missing).toEqual([]);
  });

  it("cite no decision that does not exist", () => {
    const cited = files.flatMap((file) =>
      [...readProjectFile(file).matchAll(/\bdecisions?[ /](\d{3})\b/gi)].map(([, number = ""]) => ({ file, number })),
    );
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter(({ number }) => !decisions.has(number))).toEqual([]);
  });

  it("cite no section of a document that does not exist", () => {
    const cited = files.flatMap((file) =>
      [...readProjectFile(file).matchAll(/(docs\/[\w-]+\.md), [\s/*]*["“]([^"”\n]+)["”]/g)].map(
        ([, cited = "", section = ""]) => ({ file, cited, section }),
      ),
    );
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter(({ cited, section }) => !headings(readProjectFile(cited)).includes(section))).toEqual([]);
  });

  it("link to no document and no heading that does not exist", () => {
    const broken: string[] = [];
    for (const file of files.filter((name) => name.endsWith(".md"))) {
      for (const [, target = ""] of mentioned(file).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [to = "", heading] = target.split("#");
        const linked = to === "" ? file : path.posix.join(path.posix.dirname(file), to);
        const found =
          existsSync(path.join(ROOT, linked)) &&
          (heading === undefined || headings(readProjectFile(linked)).map(anchor).includes(heading));
        if (!found) broken.push(`${file}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it("name no npm script that does not exist", () => {
    const { scripts } = JSON.parse(readProjectFile("package.json")) as { scripts: Record<string, string> };
    const unknown = files.flatMap((file) =>
      [...readProjectFile(file).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*\w)/g)]
        .filter(([, script = ""]) => !Object.hasOwn(scripts, script))
        .map(([command]) => `${file}: ${command}`),
    );
    expect(unknown).toEqual([]);
  });
});
