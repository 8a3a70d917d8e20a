import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const ROOT = path.join(import.meta.dirname, "..", "..");

/** What is installed, built or generated, and the packages that have their own documents. */
const SKIPPED = /^(node_modules|\.git|\.data|\.test-output|\.next.*|\.ci|lib\/generated|tests\/clients\/generated)$/;
const TEXT =
  /\.(ts|tsx|mjs|js|json|md|sql|prisma|css|ya?ml|conf|cfg|service|svg)$|^(Dockerfile|\.env\.example|\.nvmrc|\.editorconfig)$/;

/** Every text file of the project, as paths from its root. */
export function projectFiles(folder = ""): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (SKIPPED.test(file) || entry.name === "node_modules") return [];
    if (entry.isDirectory()) return projectFiles(file);
    return TEXT.test(entry.name) ? [file] : [];
  });
}

/** @param file a path from the project's root */
export const readProjectFile = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** The headings of a Markdown document, without their marks; those in code blocks are none. */
export const headings = (markdown: string) =>
  [...markdown.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} +(.+)$/gm)].map(([, text = ""]) => text.trim());

/** The rows of the first table below a heading, as cells. */
export function tableBelow(markdown: string, heading: string): string[][] {
  const section = markdown.split(new RegExp(`^#+ ${heading}$`, "m"))[1] ?? "";
  const [table = ""] = /^\|[\s\S]+?(?=^(?!\|))/m.exec(section) ?? [];
  return table
    .trim()
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The words between backticks in a text. */
export const codeIn = (text = "") => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
