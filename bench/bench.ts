import type { Client } from "pg";

import type { BenchTenant } from "@/bench/fill";

/** What every part of the benchmark works with: one database, one tenant, some keys. */
export interface Bench {
  /** Fewer and shorter rounds, for a look while working. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
  readonly client: Client;
  readonly tenant: BenchTenant;
  /** Keys of the tenant that can be used. */
  readonly tokens: readonly string[];
  /** The application's settings. */
  readonly environment: NodeJS.ProcessEnv;
}
