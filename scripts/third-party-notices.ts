import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const LICENCE_FILE = /^(licen[cs]e|copying|notice|third-?party-?notices?)([.-]|$)/i;

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly license?: string; readonly dev?: boolean }>
  >;
}

/**
 * The licences of all production packages that are installed, each text once, below the packages it covers.
 * @param root folder with package-lock.json and node_modules
 */
export function thirdPartyNotices(root: string): string {
  const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as Lock;
  const coveredBy = new Map<string, string[]>();
  for (const [place, { version = "", license, dev }] of Object.entries(packages)) {
    const folder = path.join(root, place);
    if (place === "" || dev || !existsSync(folder)) continue;
    const name = `${place.replace(/^.*node_modules\//, "")} ${version}${license ? ` (${license})` : ""}`;
    const texts = licenceFiles(folder).map((file) => readFileSync(file, "utf8").trim());
    for (const text of new Set(texts.length > 0 ? texts : ["The package has no licence file."]))
      coveredBy.set(text, [...(coveredBy.get(text) ?? []), name]);
  }
  const rule = "-".repeat(80);
  const sections = Array.from(coveredBy, ([text, names]) => `${[...new Set(names)].join("\n")}\n\n${text}\n`);
  return `This product contains the following third-party packages.\n\n${rule}\n${sections.join(`\n${rule}\n`)}`;
}

/** Licence files of a package and of what it bundles, but not of packages in its own node_modules. */
function licenceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : licenceFiles(file);
    return LICENCE_FILE.test(entry.name) && !/\.(js|mjs|cjs|ts|map)$/.test(entry.name) ? [file] : [];
  });
}
