// Loaded before the application (`node --import`): writes which files are loaded to the file NEO_LOADED_FILES, modules as they are
// imported and CommonJS files on exit.
import { appendFileSync } from "node:fs";
import { createRequire, register } from "node:module";
import process from "node:process";

const { NEO_LOADED_FILES } = process.env;
const { cache } = createRequire(import.meta.url);
if (NEO_LOADED_FILES) {
  const hooks = `
    import { appendFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    export function load(url, context, next) {
      if (url.startsWith("file:")) appendFileSync(${JSON.stringify(NEO_LOADED_FILES)}, fileURLToPath(url) + "\\n");
      return next(url, context);
    }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
  process.on("exit", () => appendFileSync(NEO_LOADED_FILES, Object.keys(cache).join("\n")));
}
