// `npm run standalone`: builds .next/standalone, a self-contained folder that needs only Node and the settings.
// The Dockerfile copies it; it also runs without containers (docs/deployment.md).
import { ensureBuilt, STANDALONE_DIR } from "./build";
import { completeStandalone } from "./standalone-folder";

try {
  await ensureBuilt({ standalone: true, log: console.log });
  await completeStandalone();
  console.log(`Built ${STANDALONE_DIR}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
