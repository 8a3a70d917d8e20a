// Tests the OpenAPI document with its consumers: clients from four generators, and Postman's conversion, against a running
// server. The generators are not packages of the product: the first run installs them.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { readIfPresent } from "../../dev/read-if-present";
import { ROOT } from "../../dev/root";
import type { Checks } from "./checks";
import { modelExamples, type OpenApi, operationsOf, requestExamples, unmatched } from "./client-examples";
import { accessTokenByDeviceCode } from "./sign-in";

const FOLDER = path.join(ROOT, "tests", "clients");
/** Where generators write. */
export const GENERATED = path.join(FOLDER, "generated");
const STAMP = path.join(FOLDER, "node_modules", ".neo-lock");

/** The outcome of a program. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to completion, in the generators' folder by default. */
export function run(command: string, args: readonly string[], cwd = FOLDER): Promise<Ended> {
  // Clients must not see this process's settings.
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1", REDOCLY_TELEMETRY: "off" };
  return new Promise((resolve) => {
    const options = { cwd, env: { ...npmSettings(), ...env } as unknown as NodeJS.ProcessEnv, maxBuffer: 1e8 };
    execFile(command, [...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
}

/** npm's configured registry, proxy and cache. */
const npmSettings = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(npm_config_|https?_proxy$|no_proxy$)/i.test(name)),
  );

/** Runs a program of the generators' packages in their folder. */
export const runGenerator = (script: string, ...args: string[]) =>
  run(process.execPath, [path.join(FOLDER, "node_modules", script), ...args]);

/**
 * Installs the generators unless the lock's are present.
 * @returns why they are unavailable; null when they are installed
 * @throws Error when the registry responds but the installation fails
 */
export async function installGenerators(log: (line: string) => void): Promise<string | null> {
  const wanted = readFileSync(path.join(FOLDER, "package-lock.json"), "utf8");
  if (readIfPresent(STAMP) === wanted) return null;
  const reached = await run("npm", [
    "view",
    "typescript@5.9.3",
    "version",
    "--fetch-retries=1",
    "--fetch-timeout=20000",
  ]);
  if (reached.code !== 0) return "the npm registry cannot be reached from here, and the generators are not installed";
  log("Installing generators of API clients into tests/clients (once; a minute or two) ...");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await run("npm", args);
  if (code !== 0) throw new Error(`The generators could not be installed:\n${output}`);
  writeFileSync(STAMP, wanted);
  return null;
}

const GENERATORS: Readonly<Record<string, () => Promise<Ended>>> = {
  "openapi-typescript": () =>
    runGenerator(
      "openapi-typescript/bin/cli.js",
      "generated/openapi.json",
      "-o",
      "generated/openapi-typescript/schema.ts",
    ),
  orval: () =>
    runGenerator(
      "orval/dist/bin/orval.js",
      "--input",
      "generated/openapi.json",
      "--output",
      "generated/orval/neo.ts",
      "--client",
      "fetch",
      "--mode",
      "split",
    ),
  "hey-api": () =>
    runGenerator(
      "@hey-api/openapi-ts/bin/run.js",
      "-i",
      "./generated/openapi.json",
      "-o",
      "generated/hey-api",
      "-c",
      "@hey-api/client-fetch",
    ),
  kubb: () => runGenerator("@kubb/cli/bin/kubb.cjs", "generate", "--config", "kubb.config.mjs"),
};

/** Writes what the compiler must accept: the document's own examples, as each generator's types. */
function writeExamples(document: OpenApi): void {
  const models = {
    "openapi-typescript":
      'import type { components } from "./openapi-typescript/schema";\ntype Model = components["schemas"];',
    orval: 'import type * as Model from "./orval/neo.schemas";',
    "hey-api": 'import type * as Model from "./hey-api/types.gen";',
    kubb: 'import type * as Model from "./kubb/types/index";',
  };
  for (const [name, opening] of Object.entries(models)) {
    const typed = modelExamples(document, (model) =>
      name === "openapi-typescript" ? `Model["${model}"]` : `Model.${model}`,
    );
    writeFileSync(path.join(GENERATED, `${name}-examples.ts`), `${opening}\n${typed}`);
  }
  const bodies = `import type { operations } from "./openapi-typescript/schema";\n${requestExamples(document)}`;
  writeFileSync(path.join(GENERATED, "body-examples.ts"), bodies);
}

/** @param ended the outcome of a program that prints a request and its status per line */
const requestsIn = ({ output }: Ended) =>
  output.split("\n").flatMap((line) => {
    const [, method = "", where = "", status = "0"] = /^([A-Z]+) (\/\S+) (\d{3})/.exec(line) ?? [];
    return method ? [{ method, path: where, status: Number(status), line }] : [];
  });

/** Creates targets for request paths. @returns as many agents or keys */
async function make(url: string, token: string, what: "agents" | "api-keys", count: number) {
  const body = what === "agents" ? { name: "For Postman", trigger_type: "NONE", actions: [] } : { name: "For Postman" };
  const made: { id: string; key?: string }[] = [];
  for (let n = 0; n < count; n++) {
    const response = await fetch(`${url}/public-api/${what}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    made.push(((await response.json()) as { data: { id: string; key?: string } }).data);
  }
  return made;
}

const COLLECTIONS = {
  served: "every request of the Postman collection, which its format's schema accepts, is answered with success",
  converted: "every request of the conversion for Postman is answered with success",
};

/** Runs every request of a Postman collection of the API with newman. */
async function tryCollection(
  checks: Checks,
  source: keyof typeof COLLECTIONS,
  url: string,
  token: string,
  all: ReturnType<typeof operationsOf>,
): Promise<void> {
  const count = (name: string) => all.filter(({ path: where }) => where.includes(`{${name}}`)).length;
  const agents = await make(url, token, "agents", count("agent_id"));
  const [integration, ...keys] = await make(url, token, "api-keys", 1 + count("key_id"));
  const ids = [agents, keys].map((made) => made.map(({ id }) => id).join());
  const postman = await run(process.execPath, ["postman.mjs", source, token, integration?.key ?? "", ...ids]);
  const requests = requestsIn(postman);
  const refused = requests.filter(({ status }) => status >= 300).map(({ line }) => line);
  const untried = unmatched(all, requests);
  checks.expect(
    COLLECTIONS[source],
    postman.code === 0 && refused.length === 0 && untried.length === 0,
    { requests: requests.length },
    [...(postman.code === 0 ? [] : [postman.output]), ...refused, ...untried],
  );
}

/**
 * Generates, compiles and runs clients of the document that a running server serves.
 * @param server its address, and that of the stand-in that issues access tokens
 */
export async function tryClients(checks: Checks, server: { url: string; standInUrl: string }): Promise<void> {
  rmSync(GENERATED, { recursive: true, force: true });
  mkdirSync(GENERATED, { recursive: true });
  const response = await fetch(`${server.url}/public-api/openapi.json`);
  const document = (await response.json()) as OpenApi;
  writeFileSync(path.join(GENERATED, "openapi.json"), JSON.stringify(document, null, 2));
  const report = (what: string, { code, output }: Ended) =>
    checks.expect(what, code === 0, {}, code === 0 ? [] : output.split("\n").filter(Boolean).slice(-20), 20);

  await Promise.all([
    ...Object.entries(GENERATORS).map(async ([name, generate]) =>
      report(`${name} generates a client`, await generate()),
    ),
    runGenerator(
      "@redocly/cli/bin/cli.js",
      "lint",
      "generated/openapi.json",
      "--extends=recommended",
      "--max-problems=20",
      "--format=stylish",
      "--config=redocly.yaml",
    ).then((ended) => {
      const clean = ended.code === 0 && !/You have \d+ warning/.test(ended.output);
      report("the document passes Redocly's recommended rules without a warning", { ...ended, code: clean ? 0 : 1 });
    }),
  ]);
  writeExamples(document);
  report(
    "the four clients, the program and the document's own examples compile strictly",
    await runGenerator("typescript/bin/tsc", "-p", "."),
  );

  const token = await accessTokenByDeviceCode(server.standInUrl, "Contoso Admin");
  const calls = await run(process.execPath, ["--import", import.meta.resolve("tsx"), "calls.ts", server.url, token]);
  report("a program calls with a generated client, without type assertions", calls);
  const all = operationsOf(document);
  const missed = unmatched(
    all,
    requestsIn(calls).filter(({ status }) => status < 300),
  );
  checks.expect("it calls every operation of the document", missed.length === 0, { operations: all.length }, missed);

  const collection = await fetch(`${server.url}/public-api/postman.json`);
  writeFileSync(path.join(GENERATED, "postman.json"), await collection.text());
  await tryCollection(checks, "served", server.url, token, all);
  await tryCollection(checks, "converted", server.url, token, all);
}
