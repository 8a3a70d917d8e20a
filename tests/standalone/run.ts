// `npm run test:standalone`: carries out the Dockerfile in an empty folder, without a container engine, and runs what comes
// of it as compose.yaml would, as a user who owns nothing: migrations, boot, sign-in, calls, SIGTERM; then an upgrade under
// load, another NEXTAUTH_SECRET, and a backup that is restored into a new PostgreSQL.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";

import { fingerprint } from "../../dev/fingerprint";
import { startPostgres, unprivilegedUser } from "../support/postgres-server";
import { carryOut } from "./carry-out";
import { readCompose } from "./compose";
import { Image, loopbackAddress, type Running } from "./container";
import { parseDockerfile, readDockerignore } from "./dockerfile";
import { contentsOf } from "./inspect";
import { CONTOSO, DEMO_CLIENT } from "../../dev/microsoft/directory";
import { startStandIn } from "../../dev/microsoft/server";
import { ROOT } from "../../dev/root";
import { ProcessGroup } from "../../dev/process-group";
import { Checks, until } from "../support/checks";
import { endOnSignal } from "../support/interrupt";
import { accessTokenByDeviceCode, type CookieJar, signInByForms } from "../support/sign-in";
import { clearEnvironment } from "../support/test-environment";

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const checks = new Checks();
const compose = readCompose();
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const PAGE = "/roles-access/api-keys";
const KEY_NAME = "Export of the standalone test";

/** What everything runs on. */
interface Scene {
  readonly image: Image;
  readonly folder: string;
  readonly databaseUrl: string;
  readonly db: Client;
  readonly standInUrl: string;
  readonly url: string;
  readonly listen: Record<string, string>;
  /** The settings of the first instance: compose.yaml's, with its secrets in files. */
  readonly settings: Record<string, string>;
  /** The first instance. */
  readonly app: Running;
}

/** Who came in: a browser that is signed in, an access token of the same person, and a key of the organisation. */
interface Guests {
  readonly jar: CookieJar;
  readonly token: string;
  readonly key: string;
}

/** Writes a secret as compose.yaml's secrets are: a file that every user may read, in a folder that few may enter. */
function secretFile(folder: string, name: string, value: string): string {
  const file = path.join(folder, "secrets", name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${value}\n`, { mode: 0o444 });
  return file;
}

/** The environment that compose.yaml gives a service, its secrets' files being where this machine has them. */
function environmentOf(service: "app" | "migrate", folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(compose.services[service].environment ?? {}).map(([name, value]) => [
      name,
      value.replace("/run/secrets", path.join(folder, "secrets")),
    ]),
  );
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers, redirect: "manual" });
/** The status of an answer; 0 where nobody answers. */
const statusOf = (url: string, headers: Record<string, string> = {}) =>
  get(url, headers).then(
    ({ status }) => status,
    () => 0,
  );

/** Builds the image. NEO_IMAGE names a folder to build it in and to leave it: the next run takes it from there. */
async function buildImage(scratch: string): Promise<Image> {
  const stages = parseDockerfile(read("Dockerfile"));
  const stage = stages.at(-1);
  if (!stage) throw new Error("the Dockerfile has no stage");
  const folder = process.env.NEO_IMAGE ?? path.join(scratch, "image");
  const built = path.join(folder, stage.name);
  if (existsSync(built)) return new Image(built, stage, scratch);
  const begin = Date.now();
  const root = await carryOut(stages, {
    context: ROOT,
    leaveOut: readDockerignore(read(".dockerignore")),
    more: { "public/served.txt": "a file of public/", ".env": "NEO_FOREIGN=1", "lib/generated/old.ts": "" },
    folder,
    user: unprivilegedUser("nobody"),
    // The registry of this machine; npm's own settings belong to another user.
    env: { npm_config_registry: execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim() },
    log: (line) => console.log(`  ${line}`),
    processes,
  });
  console.log(`  carried out in ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  return new Image(root, stage, scratch);
}

function looksThrough(image: Image): void {
  const { foreign, development, writable, bytes } = contentsOf(image.folder, path.join(ROOT, "package-lock.json"));
  const sizes = Object.entries(bytes).map(([name, size]) => [name, megabytes(size)] as const);
  const all = Object.values(bytes).reduce((sum, size) => sum + size, 0);
  checks.expect(
    "the image has no settings, no tests, nothing of dev/, scripts/ or tests/, no stand-in, no demo, no embedded database",
    foreign.length === 0,
    {
      all: megabytes(all),
      ...Object.fromEntries(sizes),
      ...(foreign.length > 0 ? { foreign: foreign.join(" ") } : {}),
    },
  );
  checks.expect("it has no package that is for building, testing or development", development.length === 0, {
    found: development.join(" ") || "none",
  });
  checks.expect("nothing in it can be changed by who runs it", writable.length === 0, { writable: writable.length });
  checks.expect("it runs as a user other than root", image.stage.user === "node");
}

/** Boot with settings that are wrong. */
async function refusals({ image, folder, settings }: Scene): Promise<void> {
  const none = await image.runToEnd(image.stage.command, {});
  const names = ["DATABASE_URL", "AZURE_AD_CLIENT_ID", "AZURE_AD_CLIENT_SECRET", "NEXTAUTH_URL", "NEXTAUTH_SECRET"];
  checks.expect(
    "without settings the server ends with 1, and names all that are missing, in words",
    none.code === 1 &&
      names.every((name) => none.output.includes(`${name} is missing`)) &&
      !/^\s+at /m.test(none.output),
    { code: none.code },
  );
  const absent = path.join(folder, "secrets", "absent");
  const wrong = await image.runToEnd(image.stage.command, {
    ...settings,
    NEXTAUTH_SECRET_FILE: absent,
    RATE_LIMIT_PER_MINUTE: "many",
  });
  checks.expect(
    "a secret's file that is not there is named beside the other settings that are wrong",
    wrong.code === 1 &&
      wrong.output.includes(`NEXTAUTH_SECRET_FILE: ${absent} cannot be read (ENOENT)`) &&
      wrong.output.includes("RATE_LIMIT_PER_MINUTE must be"),
    { code: wrong.code },
  );
}

const migrateCommand = compose.services.migrate.command ?? [];

/** The step before the application, and what an instance says before and after it. */
async function migrations(scene: Scene): Promise<void> {
  const { image, folder, url } = scene;
  await until("the server answers", async () => (await statusOf(`${url}/api/health`)) === 200);
  const [health, ready] = [await statusOf(`${url}/api/health`), await get(`${url}/api/ready`)];
  checks.expect(
    "before the migrations an instance is alive and not ready",
    health === 200 && ready.status === 503 && (await ready.text()).includes('"behind"'),
    { health, ready: ready.status },
  );
  const nothing = await image.runToEnd(migrateCommand, {});
  checks.expect(
    "the migration step without an address says so",
    nothing.code === 1 && nothing.output.startsWith("DATABASE_URL is missing"),
  );
  const away = await image.runToEnd(migrateCommand, {
    DATABASE_URL: "postgresql://neo@127.0.0.1:1/neo",
    DATABASE_WAIT_SECONDS: "0",
  });
  checks.expect(
    "and without a database, in one line",
    away.code === 1 && away.output.includes("ECONNREFUSED") && away.output.trim().split("\n").length === 1,
  );
  const steps = [0, 1].map(() => image.runToEnd(migrateCommand, environmentOf("migrate", folder)));
  const said = await Promise.all(steps);
  const saying = (words: string) => said.filter(({ code, output }) => code === 0 && output.includes(words)).length;
  checks.expect(
    "of two migration steps at once one applies everything and the other finds nothing to do",
    saying("Applied 2") === 1 && saying("Nothing to apply") === 1,
    { applied: said.flatMap(({ output }) => output.match(/\d{14}_/g) ?? []).length },
  );
  await until("the instance is ready", async () => (await statusOf(`${url}/api/ready`)) === 200);
  const probes = [image.stage.probe, (compose.services.app.healthcheck?.test ?? []).slice(1)].map((command) =>
    // The container listens on 3000, this machine where there is room.
    command.map((word) => word.replace("127.0.0.1:3000", `127.0.0.1:${scene.listen.PORT ?? ""}`)),
  );
  const answers = await Promise.all(probes.map((probe) => image.runToEnd(probe, scene.listen)));
  const dead = await Promise.all(
    [image.stage.probe, (compose.services.app.healthcheck?.test ?? []).slice(1)].map((probe) =>
      image.runToEnd(
        probe.map((word) => word.replace("127.0.0.1:3000", "127.0.0.1:1")),
        { PORT: "1" },
      ),
    ),
  );
  checks.expect(
    "the health checks of the Dockerfile and of compose.yaml pass here, and fail where nobody answers",
    answers.every(({ code }) => code === 0) && dead.every(({ code }) => code === 1),
    { codes: [...answers, ...dead].map(({ code }) => code).join(" ") },
  );
}

async function people({ url, standInUrl }: Scene): Promise<Guests> {
  const jar = await signInByForms(url, standInUrl, "Contoso Admin");
  const page = await jar.fetch(`${url}${PAGE}`);
  const html = await page.text();
  checks.expect("somebody signs in and sees the keys page", page.status === 200 && html.includes("API keys"), {
    status: page.status,
  });
  const files = [...new Set(html.match(/\/_next\/static\/[^"'\\]+/g) ?? [])];
  const kinds = new Set<string>();
  let amiss = 0;
  for (const file of [...files, "/icon.svg", "/served.txt"]) {
    const answer = await get(`${url}${file}`);
    kinds.add(answer.headers.get("content-type")?.split(";")[0] ?? "");
    if (answer.status !== 200 || (await answer.text()).length === 0) amiss++;
  }
  checks.expect(
    "its scripts, styles and fonts are served, and so is what lies in public/",
    amiss === 0 &&
      ["application/javascript", "text/css", "image/svg+xml", "text/plain"].every((kind) => kinds.has(kind)),
    { files: files.length, amiss, kinds: [...kinds].join(" ") },
  );
  checks.expect(
    "there is no image optimizer",
    (await statusOf(`${url}/_next/image?url=%2Ficon.svg&w=640&q=75`)) === 404,
  );

  const token = await accessTokenByDeviceCode(standInUrl, "Contoso Admin");
  const { status, key } = await makeKey(url, token, KEY_NAME);
  checks.expect("an admin makes a key, and the key opens the API", status === 201 && (await me(url, key)) === 200, {
    made: status,
  });
  return { jar, token, key };
}

/** Makes a key by the API, as an admin. */
async function makeKey(url: string, token: string, name: string) {
  const answer = await fetch(`${url}/public-api/api-keys`, {
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  const { data } = (await answer.json()) as { data: { id: string; key: string } };
  return { status: answer.status, ...data };
}

const me = (url: string, key: string) => statusOf(`${url}/public-api/me`, bearer(key));

/** SIGTERM while a request waits for the database. */
async function drains({ url, db, databaseUrl, app }: Scene, { key, token }: Guests): Promise<void> {
  const lastUse = async () => {
    const { rows } = await db.query<{ at: Date | null }>("select max(last_used_at) as at from api_keys");
    return rows[0]?.at?.getTime() ?? 0;
  };
  await until("the first use is written", async () => (await lastUse()) > 0);
  const before = await lastUse();

  const holder = new Client({ connectionString: databaseUrl });
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table agents in access exclusive mode");
  const waiting = get(`${url}/public-api/agents`, bearer(key));
  const held = "select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock'";
  await until("the request waits", async () => (await db.query<{ n: number }>(held)).rows[0]?.n === 1);
  const stopped = app.child.stop();
  await until("no new connection is taken", async () => (await statusOf(`${url}/api/health`)) === 0);
  await holder.query("commit");
  await holder.end();
  const { status } = await waiting;
  await stopped;
  const { exitCode, signalCode } = app.child.process;
  checks.expect(
    "on SIGTERM the request under way is answered, nothing new is taken, and the process ends by itself",
    status === 200 && signalCode === null && exitCode === 143,
    { status, code: exitCode ?? -1 },
  );
  checks.expect("the last use of the key was written on the way out", (await lastUse()) > before);
  const lines = app.output().split("\n").filter(Boolean);
  const odd = lines.filter((line) => !/^\{|▲ Next|- (Local|Network)|✓ (Starting|Ready|Running next.config)/.test(line));
  const secrets = { key, token, client: DEMO_CLIENT.secret, password: new URL(databaseUrl).password };
  const shown = Object.entries(secrets).flatMap(([name, secret]) => (app.output().includes(secret) ? [name] : []));
  checks.expect(
    "its log is JSON but for Next's greeting, and has neither the key nor a secret",
    odd.length === 0 && shown.length === 0,
    { lines: lines.length, odd: odd.join(" | ") || "none", shown: shown.join(" ") || "none" },
  );
}

async function start(scene: Scene, image: Image, settings: Record<string, string>): Promise<Running & { url: string }> {
  const { url, listen } = await loopbackAddress();
  const app = image.run(image.stage.command, { ...scene.settings, ...settings, ...listen }, scene.standInUrl);
  processes.add(() => app.child.stop());
  await until("the server answers", async () => (await statusOf(`${url}/api/health`)) === 200);
  return { ...app, url };
}

/** The order of docs/deployment.md: migrate, then new instances beside the old ones, then the old ones end. */
async function upgrade(scene: Scene, { key }: Guests): Promise<void> {
  const { image, folder } = scene;
  const next = path.join(folder, "next-release");
  cpSync(image.root, next, { recursive: true, verbatimSymlinks: true });
  const release = new Image(next, image.stage, folder);
  const migration = path.join(release.folder, "prisma", "migrations", "29991231000000_expand");
  mkdirSync(migration);
  writeFileSync(path.join(migration, "migration.sql"), "alter table agents add column expanded text;\n");

  const old = await start(scene, image, {});
  // What a load balancer does: calls go to instances that are ready.
  let to = old.url;
  let stop = false;
  const counts = { calls: 0, failed: 0, onOld: 0, onNew: 0 };
  const load = Array.from({ length: 8 }, async () => {
    while (!stop) {
      const target = to;
      const statuses = [await me(target, key), await statusOf(`${target}/public-api/agents`, bearer(key))];
      counts.calls += statuses.length;
      counts.failed += statuses.filter((status) => status !== 200).length;
      if (target === old.url) counts.onOld++;
      else counts.onNew++;
    }
  });
  const young = await start(scene, release, {});
  const early = await statusOf(`${young.url}/api/ready`);
  const { code } = await release.runToEnd(migrateCommand, environmentOf("migrate", folder));
  await until("the new release is ready", async () => (await statusOf(`${young.url}/api/ready`)) === 200);
  const oldIsReady = await statusOf(`${old.url}/api/ready`);
  const seen = counts.onOld;
  await until("the old release served on the new schema", () => counts.onOld > seen + 20);
  to = young.url;
  await until("the new release serves", () => counts.onNew > 20);
  await old.child.stop();
  stop = true;
  await Promise.all(load);
  checks.expect(
    "a new release waits for its migration, the old one serves on the new schema, and no call fails in between",
    early === 503 && code === 0 && oldIsReady === 200 && counts.failed === 0,
    { "new before": early, "old after": oldIsReady, calls: counts.calls, failed: counts.failed },
  );
  await young.child.stop();
}

async function anotherSecret(scene: Scene, { token, key, jar }: Guests): Promise<void> {
  const { image } = scene;
  const list = `${scene.url}/public-api/api-keys?page_size=1`;
  const app = await startAgain(scene, image, {});
  await makeKey(scene.url, token, "Spare");
  const first = (await (await get(list, bearer(token))).json()) as { meta: { pagination: { next_cursor: string } } };
  const cursor = `${list}&cursor=${first.meta.pagination.next_cursor}`;
  const before = [await statusOf(cursor, bearer(token)), await sees(jar, scene.url)];
  await app.child.stop();

  const file = secretFile(scene.folder, "nextauth-secret-2", randomBytes(32).toString("base64"));
  const again = await startAgain(scene, image, { NEXTAUTH_SECRET_FILE: file });
  const keyAfter = await me(scene.url, key);
  const tokenAfter = await statusOf(list, bearer(token));
  const after = [await statusOf(cursor, bearer(token)), await sees(jar, scene.url)];
  checks.expect("keys and access tokens work on after another NEXTAUTH_SECRET", keyAfter === 200 && tokenAfter === 200);
  checks.expect(
    "cursors and sessions of the earlier one end with it",
    before.join(" ") === "200 true" && after.join(" ") === "400 false",
    { before: before.join(" "), after: after.join(" ") },
  );
  const signedIn = await signInByForms(scene.url, scene.standInUrl, "Contoso Admin");
  checks.expect("and people sign in again", await sees(signedIn, scene.url));
  await again.child.stop();
}

/** Whether a browser is shown the organisation's keys; a redirect that comes late has the status of a page. */
async function sees(jar: CookieJar, url: string): Promise<boolean> {
  const page = await jar.fetch(`${url}${PAGE}`);
  return page.status === 200 && (await page.text()).includes(KEY_NAME);
}

/** Starts an instance at the address by which people open it. */
async function startAgain(scene: Scene, image: Image, settings: Record<string, string>): Promise<Running> {
  const app = image.run(image.stage.command, { ...scene.settings, ...settings, ...scene.listen }, scene.standInUrl);
  processes.add(() => app.child.stop());
  await until("the server is ready", async () => (await statusOf(`${scene.url}/api/ready`)) === 200);
  return app;
}

/** The commands of docs/deployment.md, "Backup and restore". */
async function backup(scene: Scene, { key, token }: Guests): Promise<void> {
  const { image, databaseUrl, db, folder } = scene;
  const dump = path.join(folder, "neo.dump");
  const app = await start(scene, image, {});
  const revoked = await makeKey(app.url, token, "Revoked");
  await fetch(`${app.url}/public-api/api-keys/${revoked.id}`, { method: "DELETE", headers: bearer(token) });
  const verify = (settings: Record<string, string>) => image.runToEnd(["node", "bin/audit-verify.mjs"], settings);
  const chain = await verify(environmentOf("migrate", folder));
  // While it works: a dump is one snapshot.
  const calls = Array.from({ length: 50 }, () => me(app.url, key));
  execFileSync("pg_dump", ["--format=custom", `--file=${dump}`, databaseUrl]);
  const served = (await Promise.all(calls)).filter((status) => status === 200).length;
  await app.child.stop();

  const other = await startPostgres();
  processes.add(() => other.stop());
  execFileSync("pg_restore", ["--no-owner", "--exit-on-error", `--dbname=${other.url}`, dump]);
  const restored = secretFile(folder, "restored-url", other.url);
  const again = await start(scene, image, { DATABASE_URL_FILE: restored });
  const [valid, ended, ready] = [
    await me(again.url, key),
    await me(again.url, revoked.key),
    await statusOf(`${again.url}/api/ready`),
  ];
  checks.expect(
    "a dump that was made under way, restored into a new PostgreSQL: keys verify, a revoked one does not",
    served === 50 && ready === 200 && valid === 200 && ended === 401,
    { served, ready, valid, revoked: ended },
  );
  const chainAfter = await verify({ DATABASE_URL_FILE: restored });
  checks.expect(
    "its audit log verifies, up to the same last hash",
    chain.code === 0 && chainAfter.code === 0 && chain.output === chainAfter.output && /\d+ rows/.test(chain.output),
    { rows: Number(/(\d+) rows/.exec(chain.output)?.[1] ?? 0) },
  );
  const { code } = await image.runToEnd(migrateCommand, { DATABASE_URL_FILE: restored });
  const tampered = new Client({ connectionString: other.url });
  await tampered.connect();
  // Its own refusal comes along in the dump: only the owner of the table can switch it off.
  const refused = await tampered.query("delete from audit_events").then(
    () => false,
    () => true,
  );
  await tampered.query("alter table audit_events disable trigger all");
  await tampered.query("update audit_events set actor_name = 'Nobody' where seq = 2");
  const caught = await verify({ DATABASE_URL_FILE: restored });
  await tampered.end();
  checks.expect(
    "the migrations are known there, rows cannot be removed, and one that the owner alters is found",
    code === 0 && refused && caught.code === 1,
  );
  const { rows } = await db.query<{ n: number }>(
    "select count(*)::int as n from pg_stat_activity where state is not null",
  );
  checks.expect("ended instances have left no connection behind", (rows[0]?.n ?? 0) <= 2, {
    connections: rows[0]?.n ?? 0,
  });
  await again.child.stop();
}

async function prepare(image: Image, folder: string): Promise<Scene> {
  const database = await startPostgres();
  processes.add(() => database.stop());
  const db = new Client({ connectionString: database.url });
  await db.connect();
  processes.add(() => db.end());
  const { url, listen } = await loopbackAddress();
  const client = { clientId: DEMO_CLIENT.id, clientSecret: DEMO_CLIENT.secret };
  const standIn = await startStandIn({ port: 0, appUrl: url, ...client });
  processes.add(() => standIn.stop());
  secretFile(folder, "database-url", database.url);
  secretFile(folder, "azure-ad-client-secret", client.clientSecret);
  secretFile(folder, "nextauth-secret", randomBytes(32).toString("base64"));
  const settings = {
    ...environmentOf("app", folder),
    AZURE_AD_CLIENT_ID: client.clientId,
    TENANTS: CONTOSO.id,
    NEXTAUTH_URL: url,
    RATE_LIMIT_PER_MINUTE: "1000000",
  };
  const app = image.run(image.stage.command, { ...settings, ...listen }, standIn.url);
  processes.add(() => app.child.stop());
  return { image, folder, databaseUrl: database.url, db, standInUrl: standIn.url, url, listen, settings, app };
}

const folder = mkdtempSync(path.join(os.tmpdir(), "neo-standalone-"));
// The user whom everything runs as passes through, and sees nothing.
chmodSync(folder, 0o711);
processes.add(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return Promise.resolve();
});
await checks.run(processes, async () => {
  const image = await buildImage(folder);
  looksThrough(image);
  const whole = fingerprint(image.folder, ["."]);
  const scene = await prepare(image, folder);
  await checks.part("boot with wrong settings", () => refusals(scene));
  await checks.part("migrations", () => migrations(scene));
  const guests = await checks.part("sign-in and calls", () => people(scene));
  if (guests) {
    await checks.part("SIGTERM", () => drains(scene, guests));
    await checks.part("an upgrade", () => upgrade(scene, guests));
    await checks.part("another NEXTAUTH_SECRET", () => anotherSecret(scene, guests));
    await checks.part("backup and restore", () => backup(scene, guests));
  }
  checks.expect("nothing that ran has changed a file of the image", fingerprint(image.folder, ["."]) === whole);
});
