import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { ROOT } from "../../dev/root";

/** A service of compose.yaml, as far as we look at it. */
export interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: string;
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly restart?: string;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
}

export interface Compose {
  readonly services: Readonly<Record<"database" | "migrate" | "app", Service>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
}

/** Reads compose.yaml. */
export function readCompose(): Compose {
  return parse(readFileSync(path.join(ROOT, "compose.yaml"), "utf8"), { merge: true }) as Compose;
}
