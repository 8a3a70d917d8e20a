import type { Client } from "pg";

import type { BenchTenant } from "@/bench/fill";

/** A result row: a name, unique per `connections` and `keys`, and its figures. */
export interface Row {
  readonly name: string;
  readonly [figure: string]: unknown;
}

/** The shared setup of all parts: one database, one tenant, some keys. */
export interface Bench {
  /** Fewer and shorter rounds, for development. */
  readonly quick: boolean;
  /** How often the servers are started for each figure of the part `cost`. */
  readonly starts: number;
  readonly say: (line: string) => void;
  readonly client: Client;
  readonly tenant: BenchTenant;
  /** Number of keys in the table; parts that need more add them. */
  readonly keys: number;
  /** Usable keys of the tenant. */
  readonly tokens: readonly string[];
  /** The application's settings. */
  readonly environment: NodeJS.ProcessEnv;
}
