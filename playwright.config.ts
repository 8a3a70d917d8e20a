import { defineConfig, devices } from "playwright/test";

// The runner (tests/e2e.ts) starts the application and says where it is: npm run test:e2e -- -g "name".
const { NEO_E2E_URL, NEO_E2E_CHROMIUM } = process.env;

/** Specs that mostly wait and touch nothing that the others do: they have a process of their own. */
const BESIDE = ["**/attack/slow.spec.ts", "**/attack/dependencies.spec.ts"];

export default defineConfig({
  testDir: "e2e",
  // One application and one database: each spec begins by emptying the list of keys.
  workers: 2,
  fullyParallel: false,
  projects: [
    { name: "app", testIgnore: BESIDE, workers: 1 },
    { name: "beside", testMatch: BESIDE, workers: 1 },
  ],
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Upper bounds, for a machine that runs two parts of the suite side by side.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["line"], ["json"]],
  use: {
    ...devices["Desktop Chrome"],
    ...(NEO_E2E_URL ? { baseURL: NEO_E2E_URL } : {}),
    // A trace costs every test a sixth of its time: --trace retain-on-failure.
    trace: "off",
    // Nothing is judged or clicked while it moves.
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      ...(NEO_E2E_CHROMIUM ? { executablePath: NEO_E2E_CHROMIUM } : {}),
      // Chromium's sandbox refuses root.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
