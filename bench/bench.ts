import type { Client } from "pg";

import type { BenchTenant } from "@/bench/fill";

/** One line of what was found: a name that no other line with the same `connections` and `keys` has, and its figures. */
export interface Row {
  readonly name: string;
  readonly [figure: string]: unknown;
}

/** What every part of the benchmark works with: one database, one tenant, some keys. */
export interface Bench {
  /** Fewer and shorter rounds, for a look while working. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
  readonly client: Client;
  readonly tenant: BenchTenant;
  /** How many keys there are; the parts that need more add them. */
  readonly keys: number;
  /** Keys of the tenant that can be used. */
  readonly tokens: readonly string[];
  /** The application's settings. */
  readonly environment: NodeJS.ProcessEnv;
}
