// Loaded before the application (`node --import`): on exit writes which files were loaded to the file NEO_LOADED_FILES.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";

const { NEO_LOADED_FILES } = process.env;
const { cache } = createRequire(import.meta.url);
process.on("exit", () => {
  if (NEO_LOADED_FILES) writeFileSync(NEO_LOADED_FILES, Object.keys(cache).join("\n"));
});
