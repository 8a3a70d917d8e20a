import { createReadStream } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { feedLine, verifyFeed } from "@/lib/audit-log/verify-feed";

/** The lines of a file. Not by node:readline, which also splits at U+2028. */
async function* linesOf(file: string): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of createReadStream(file, "utf8")) {
    const parts = (rest + String(text)).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}

/** The file that a command line names, and whether it was filtered. */
export interface SavedFeed {
  readonly file: string;
  readonly filtered: boolean;
}

/**
 * Reads a command line.
 * @param folder what the file's path is relative to
 * @returns null without `--file`: the database is to be verified
 * @throws Error for arguments that there aren't
 */
export function savedFeedOf(args: readonly string[], folder: string): SavedFeed | null {
  const { values } = parseArgs({
    args: [...args],
    options: { file: { type: "string" }, filtered: { type: "boolean", default: false } },
  });
  if (values.file === undefined && values.filtered) throw new Error("--filtered requires --file.");
  return values.file === undefined ? null : { file: path.resolve(folder, values.file), filtered: values.filtered };
}

/**
 * Verifies a saved feed or export without a database, and reports the first wrong line.
 * @param log receives the result
 * @returns whether nothing is wrong
 * @throws Error when the file could not be read, or has nothing to verify
 */
export async function verifyFile({ file, filtered }: SavedFeed, log: (line: string) => void): Promise<boolean> {
  const report = await verifyFeed(linesOf(file), { filtered });
  if (!report) throw new Error(`${file} has no events.`);
  log(feedLine(report));
  return report.wrong === null;
}
