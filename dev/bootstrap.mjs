// The first file of every command: `node dev/bootstrap.mjs [<script.ts> [arguments]]`. It runs on a bare clone, so it is
// plain JavaScript without dependencies. It installs and generates what is missing, then hands over to the script, if any.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

import { waitForLock } from "./folder-lock.mjs";
import { neededInstallation } from "./packages.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PARENT_CHECK_MS = 500;

/** @param {...string} parts */
const at = (...parts) => path.join(ROOT, ...parts);

/** @param {string} message @returns {never} */
function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** @param {string} file @returns {unknown} the parsed file, or null when it is absent */
function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

function checkNode() {
  const { engines } = /** @type {{ engines: { node: string } }} */ (readJson(at("package.json")));
  const least = engines.node.replace(">=", "").split(".").map(Number);
  const have = process.versions.node.split(".").map(Number);
  const enough = (have[0] ?? 0) > (least[0] ?? 0) || (have[0] === least[0] && (have[1] ?? 0) >= (least[1] ?? 0));
  if (!enough)
    refuse(
      `This needs Node ${engines.node.replace(">=", "")} or newer; this is Node ${process.versions.node}. We recommend Node 24: https://nodejs.org`,
    );
}

/** @param {string | undefined} script */
function missingPackages(script) {
  const wanted = /** @type {import("./packages.mjs").Lock} */ (readJson(at("package-lock.json")));
  const installed = readJson(at("node_modules", ".package-lock.json"));
  return neededInstallation(wanted, /** @type {typeof wanted | null} */ (installed), script);
}

/** npm's cache folder, or a temporary one when it is not writable (the home folder is missing or read-only). */
function npmCache() {
  const usual = process.env.npm_config_cache ?? path.join(os.homedir(), ".npm");
  try {
    mkdirSync(usual, { recursive: true });
    accessSync(usual, constants.W_OK);
    return { folder: usual, remove: () => undefined };
  } catch {
    const folder = mkdtempSync(path.join(os.tmpdir(), "neo-npm-"));
    return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
  }
}

/** @param {{ args: string[], what: string }} needed */
function install({ args, what }) {
  process.stdout.write(`Installing ${what} from the npm registry (once; about a minute) ...\n`);
  const cache = npmCache();
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...first, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, npm_config_cache: cache.folder },
  });
  cache.remove();
  if (result.error || result.status !== 0)
    refuse(
      `The installation failed${result.error ? `: ${result.error.message}` : ""}. It needs the npm registry once; afterwards everything works offline.`,
    );
}

/** A hash of the Prisma client's inputs. */
function clientFingerprint() {
  const hash = createHash("sha256");
  for (const file of ["prisma/schema.prisma", "prisma.config.ts", "node_modules/prisma/package.json"])
    hash.update(readFileSync(at(file)));
  return hash.digest("hex");
}

const CLIENT_STAMP = at("lib", "generated", ".made-from");

function isClientFresh() {
  return (
    existsSync(at("lib", "generated", "prisma", "client.ts")) &&
    existsSync(CLIENT_STAMP) &&
    readFileSync(CLIENT_STAMP, "utf8") === clientFingerprint()
  );
}

function generateClient() {
  process.stdout.write("Generating the database client ...\n");
  const result = spawnSync(process.execPath, [at("node_modules", "prisma", "build", "index.js"), "generate"], {
    cwd: ROOT,
    encoding: "utf8",
    env: {
      // `generate` needs no engine, but would download one: any existing file satisfies it (docs/decisions/002).
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      ...process.env,
    },
  });
  if (result.error || result.status !== 0)
    refuse(`The database client could not be generated:\n${result.error?.message ?? result.stdout + result.stderr}`);
  writeFileSync(CLIENT_STAMP, clientFingerprint());
}

/** @param {string | undefined} script */
async function prepare(script) {
  if (!missingPackages(script) && isClientFresh()) return;
  // Not in node_modules, which `npm ci` empties.
  const lock = await waitForLock(at(".data", "prepare.lock"), (holder) => {
    process.stdout.write(`Waiting for process ${holder}, which is installing ...\n`);
  });
  process.once("exit", lock.release);
  const missing = missingPackages(script);
  if (missing) install(missing);
  if (!isClientFresh()) generateClient();
  lock.release();
}

/**
 * Runs a TypeScript script, forwards signals and exits with its code.
 * @param {string} script path from the root
 * @param {string[]} args
 */
function handOver(script, args) {
  const loader = import.meta.resolve("tsx", pathToFileURL(at("package.json")));
  const child = spawn(process.execPath, ["--conditions=react-server", "--import", loader, at(script), ...args], {
    cwd: ROOT,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    // Its own session: Ctrl-C reaches it once, from here, and it stops its children in order.
    detached: true,
    env: { NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1", ...process.env },
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) {
    // A killed npm forwards no signal; its children are reparented.
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) child.kill("SIGTERM");
    }, PARENT_CHECK_MS).unref();
  }
  child.once("error", (error) => refuse(error.message));
  child.once("exit", (code, signal) => process.exit(code ?? 128 + (signal ? os.constants.signals[signal] : 0)));
}

const [script, ...args] = process.argv.slice(2);
checkNode();
await prepare(script);
if (script) handOver(script, args);
