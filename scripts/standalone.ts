// `npm run standalone`: builds .next/standalone, a folder that runs by itself: Node and the settings are all it needs beside it.
// The Dockerfile copies it, and whoever runs no containers may too (docs/deployment.md).
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
