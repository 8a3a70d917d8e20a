import path from "node:path";

import { defineConfig } from "vitest/config";

const alias = {
  "@": import.meta.dirname,
  // Outside a React server build the package throws on import; its empty file is what that build gets.
  "server-only": path.join(import.meta.dirname, "node_modules", "server-only", "empty.js"),
};
const exclude = ["**/node_modules/**", "**/.next*/**", "**/.data/**", "**/.test-output/**", "e2e/**"];

/** Runs the whole product, so `npm test` runs it after the build. */
const START = "dev/start.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...exclude, "**/*.integration.test.ts", START],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          include: ["**/*.integration.test.ts"],
          exclude,
          globalSetup: "tests/support/integration-setup.ts",
          setupFiles: "tests/support/integration-env.ts",
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      { resolve: { alias }, test: { name: "start", include: [START], exclude } },
    ],
  },
});
