// The program of docs/guides/rotate-on-a-schedule.md, exactly as the page shows it, and an integration that calls meanwhile.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { DEMO_CLIENT } from "../../dev/microsoft/directory";
import { ROOT } from "../../dev/root";
import type { Checks } from "./checks";
import { runGenerator } from "./clients";
import { fencedBlock } from "./fenced-blocks";
import { installPackedClient, succeeded } from "./packed-client";
import type { Fault, Relay } from "./relay";
import type { StoreStub } from "./secret-stores";

const GUIDE = path.join(ROOT, "docs", "guides", "rotate-on-a-schedule.md");
const TYPES = path.join(ROOT, "node_modules", "@types");
const IDENTITY = path.join(ROOT, "tests", "clients", "node_modules", "@azure", "identity");
const KEY = /neo_sk_[a-z0-9]+_[A-Za-z0-9]{24}/;

/** What is tested. */
export interface Deployment {
  readonly url: string;
  readonly standInUrl: string;
  readonly databaseUrl: string;
}

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Saves and compiles the page's files, once for each store. @returns a folder with a folder for each */
export async function saveFiles(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-rotation-"));
  await installPackedClient(folder);
  mkdirSync(path.join(folder, "node_modules", "@azure"));
  symlinkSync(IDENTITY, path.join(folder, "node_modules", "@azure", "identity"));
  const page = readFileSync(GUIDE, "utf8");
  const files: string[] = [];
  for (const store of ["vault", "key-vault"]) {
    mkdirSync(path.join(folder, store));
    for (const [file, code] of [
      ["rotate-key.ts", fencedBlock(page, "ts rotate-key.ts")],
      ["secret-store.ts", fencedBlock(page, `ts secret-store.ts ${store}`)],
    ] as const) {
      files.push(path.join(store, file));
      writeFileSync(path.join(folder, store, file), code);
    }
  }
  const compilerOptions = {
    ...{ strict: true, noUncheckedIndexedAccess: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true },
    ...{ target: "es2022", module: "nodenext", rewriteRelativeImportExtensions: true },
    ...{ types: ["node"], typeRoots: [TYPES], skipLibCheck: true },
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  succeeded("Compiling the guide's program", await runGenerator("typescript/bin/tsc", "-p", folder));
  return folder;
}

/** The job of one integration, with what it talks to. */
export class Scene {
  readonly outputs: string[] = [];
  readonly #statuses: number[] = [];
  readonly #end = new AbortController();
  readonly #jobs = new Set<ChildProcess>();

  constructor(
    readonly deployment: Deployment,
    readonly adminToken: string,
    readonly store: StoreStub,
    readonly neoRelay: Relay,
    readonly storeRelay: Relay,
    readonly folder: string,
    readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** Starts the program. */
  start(settings: Readonly<Record<string, string>>): Promise<Run> {
    const job = spawn(process.execPath, ["rotate-key.js"], {
      cwd: this.folder,
      env: { PATH: process.env.PATH, NEO_CLIENT_ID: DEMO_CLIENT.id, ...this.settings, ...settings } as never,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#jobs.add(job);
    let output = "";
    for (const stream of [job.stdout, job.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    return new Promise((resolve) =>
      job.on("close", (code) => {
        this.#jobs.delete(job);
        this.outputs.push(output);
        resolve({ code, output });
      }),
    );
  }

  /** Runs the program; @param faults what happens to its requests */
  run(settings: Readonly<Record<string, string>>, faults: { neo?: Fault; store?: Fault } = {}): Promise<Run> {
    this.neoRelay.fault = faults.neo;
    this.storeRelay.fault = faults.store;
    return this.start(settings);
  }

  /** A fault that kills the program. @param skip how many requests that match pass before */
  kill(at: RegExp, when: "before" | "after", skip = 0): Fault {
    const act = () => {
      for (const job of this.#jobs) job.kill("SIGKILL");
      return "drop" as const;
    };
    return { at, when, skip, act };
  }

  /** Calls the API as an admin. */
  async ask(what: string, method = "GET"): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${this.adminToken}` };
    const answer = await fetch(`${this.deployment.url}/public-api/api-keys/${what}`, { method, headers });
    return ((await answer.json()) as { data: Record<string, unknown> }).data;
  }

  /** The statuses of all keys of the chain, oldest first, from one of them. */
  async chainFrom(id: string): Promise<{ id: string; status: string }[]> {
    const chain: { id: string; status: string }[] = [];
    for (let next: unknown = id; next;) {
      const key = await this.ask(next as string);
      chain.push({ id: key.id as string, status: key.status as string });
      next = key.replaced_by;
    }
    return chain;
  }

  /** Calls as a caller with a key until the scene ends or `until` is aborted. @returns the statuses of its calls */
  async call(client: string, key: () => string, until = this.#end.signal): Promise<number[]> {
    const statuses: number[] = [];
    while (!until.aborted) {
      const headers = { authorization: `Bearer ${key()}`, "user-agent": client };
      statuses.push((await fetch(`${this.deployment.url}/public-api/agents`, { headers })).status);
      await sleep(500);
    }
    return statuses;
  }

  /** Runs the work while the integration calls; then checks that none of its calls was refused and that no key was printed. */
  async whileCalling(checks: Checks, name: string, work: () => Promise<void>): Promise<void> {
    let key = this.store.current().key;
    // It keeps a key for a while, so that one that is revoked too early is noticed.
    const refresh = setInterval(() => (key = this.store.current().key), 5_000);
    const calls = this.call("ticket-sync/2.1", () => key);
    try {
      await work();
    } finally {
      clearInterval(refresh);
      this.#end.abort();
      this.#statuses.push(...(await calls));
      for (const job of this.#jobs) job.kill("SIGKILL");
    }
    const refused = this.#statuses.filter((status) => status !== 200);
    const what = `rotation with ${name}: the integration, which reads its key from the store, is never refused`;
    checks.expect(what, refused.length === 0 && this.#statuses.length > 20, { calls: this.#statuses.length }, [
      refused.join(),
    ]);
    const printed = this.outputs.filter((output) => KEY.test(output));
    checks.expect(`rotation with ${name}: no run prints a key`, printed.length === 0, { runs: this.outputs.length });
  }
}
