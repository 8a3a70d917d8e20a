import type { TestProject } from "vitest/node";

import { migrate } from "../../scripts/migrate";
import { openTestDatabase } from "./test-database";

declare module "vitest" {
  export interface ProvidedContext {
    databaseUrl: string;
  }
}

/** Starts and migrates the database that NEO_TEST_DATABASE names, and passes its URL to every integration test. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await openTestDatabase(process.env.NEO_TEST_DATABASE ?? "embedded");
  await migrate(database.url);
  project.provide("databaseUrl", database.url);
  return () => database.stop();
}
