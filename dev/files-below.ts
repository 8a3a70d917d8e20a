import { readdirSync } from "node:fs";
import path from "node:path";

/** Everything below a folder, itself included. */
export function filesBelow(folder: string): string[] {
  return [
    folder,
    ...readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(file) : [file];
    }),
  ];
}
