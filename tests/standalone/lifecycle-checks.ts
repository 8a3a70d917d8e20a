import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";

import { until } from "../support/checks";
import { startPostgres } from "../support/postgres-server";
import { type CookieJar, signInByForms } from "../support/sign-in";
import type { Running } from "./standalone-folder";
import { StandaloneFolder } from "./standalone-folder";
import {
  bearer,
  createKey,
  environmentOf,
  get,
  type Guests,
  KEY_NAME,
  MIGRATE,
  PAGE,
  type Scene,
  secretFile,
  startInstance,
  statusOf,
  statusOfMe,
} from "./scene";

/** An upgrade in the order of docs/deployment.md: migrate, start new instances beside the old ones, then stop the old ones. */
export async function checkUpgrade(scene: Scene, { key }: Guests): Promise<void> {
  const { checks, scratch, processes } = scene;
  const folder = path.join(scratch, "next-release");
  cpSync(scene.release.folder, folder, { recursive: true, verbatimSymlinks: true });
  const migration = path.join(folder, "prisma", "migrations", "29991231000000_expand");
  mkdirSync(migration);
  writeFileSync(path.join(migration, "migration.sql"), "alter table agents add column expanded text;\n");
  const release = new StandaloneFolder(folder, scratch, processes);

  const old = await startInstance(scene);
  // A load balancer sends calls to instances that are ready.
  let to = old.url;
  let stop = false;
  const counts = { calls: 0, failed: 0, onOld: 0, onNew: 0 };
  const load = Array.from({ length: 8 }, async () => {
    while (!stop) {
      const target = to;
      const statuses = [await statusOfMe(target, key), await statusOf(`${target}/public-api/agents`, bearer(key))];
      counts.calls += statuses.length;
      counts.failed += statuses.filter((status) => status !== 200).length;
      if (target === old.url) counts.onOld++;
      else counts.onNew++;
    }
  });
  const young = await startInstance(scene, {}, release);
  const early = await statusOf(`${young.url}/api/ready`);
  const { code } = await release.runToEnd(MIGRATE, environmentOf("migrate", scratch));
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

/** A changed NEXTAUTH_SECRET: what it ends, and what it doesn't. */
export async function checkAnotherSecret(scene: Scene, { token, key, jar }: Guests): Promise<void> {
  const { checks, url } = scene;
  const list = `${url}/public-api/api-keys?page_size=1`;
  const app = await restart(scene, {});
  await createKey(url, token, "Spare");
  const first = (await (await get(list, bearer(token))).json()) as { meta: { pagination: { next_cursor: string } } };
  const cursor = `${list}&cursor=${first.meta.pagination.next_cursor}`;
  const before = [await statusOf(cursor, bearer(token)), await showsKeys(jar, url)];
  await app.child.stop();

  const file = secretFile(scene.scratch, "nextauth-secret-2", randomBytes(32).toString("base64"));
  const again = await restart(scene, { NEXTAUTH_SECRET_FILE: file });
  const keyAfter = await statusOfMe(url, key);
  const tokenAfter = await statusOf(list, bearer(token));
  const after = [await statusOf(cursor, bearer(token)), await showsKeys(jar, url)];
  checks.expect("keys and access tokens survive another NEXTAUTH_SECRET", keyAfter === 200 && tokenAfter === 200);
  checks.expect(
    "cursors and sessions of the earlier secret end with it",
    before.join(" ") === "200 true" && after.join(" ") === "400 false",
    { before: before.join(" "), after: after.join(" ") },
  );
  const signedIn = await signInByForms(url, scene.standInUrl, "Contoso Admin");
  checks.expect("people can sign in again after another NEXTAUTH_SECRET", await showsKeys(signedIn, url));
  await again.child.stop();
}

/** Whether a browser is shown the organisation's keys; a late redirect has the status of a page. */
async function showsKeys(jar: CookieJar, url: string): Promise<boolean> {
  const page = await jar.fetch(`${url}${PAGE}`);
  return page.status === 200 && (await page.text()).includes(KEY_NAME);
}

/** Starts an instance at the first one's address, which is the one people open. */
async function restart(scene: Scene, settings: Record<string, string>): Promise<Running> {
  const app = scene.release.serve({ ...scene.settings, ...settings, ...scene.listen }, scene.standInUrl);
  scene.processes.add(() => app.child.stop());
  await until("the server is ready", async () => (await statusOf(`${scene.url}/api/ready`)) === 200);
  return app;
}

/** The commands of docs/deployment.md, "Backup and restore". */
export async function checkBackup(scene: Scene, { key, token }: Guests): Promise<void> {
  const { checks, release, databaseUrl, db, scratch, processes } = scene;
  const dump = path.join(scratch, "neo.dump");
  const app = await startInstance(scene);
  const revoked = await createKey(app.url, token, "Revoked");
  await fetch(`${app.url}/public-api/api-keys/${revoked.id}`, { method: "DELETE", headers: bearer(token) });
  const verify = (settings: Record<string, string>) => release.runToEnd(["node", "bin/audit-verify.mjs"], settings);
  const chain = await verify(environmentOf("migrate", scratch));
  // Under load: a dump is one snapshot.
  const calls = Array.from({ length: 50 }, () => statusOfMe(app.url, key));
  execFileSync("pg_dump", ["--format=custom", `--file=${dump}`, databaseUrl]);
  const served = (await Promise.all(calls)).filter((status) => status === 200).length;
  await app.child.stop();

  const other = await startPostgres();
  processes.add(() => other.stop());
  execFileSync("pg_restore", ["--no-owner", "--exit-on-error", `--dbname=${other.url}`, dump]);
  const restored = { DATABASE_URL_FILE: secretFile(scratch, "restored-url", other.url) };
  const again = await startInstance(scene, restored);
  const [valid, ended, ready] = [
    await statusOfMe(again.url, key),
    await statusOfMe(again.url, revoked.key),
    await statusOf(`${again.url}/api/ready`),
  ];
  checks.expect(
    "a dump made under load, restored into a new PostgreSQL: keys verify, a revoked one does not",
    served === 50 && ready === 200 && valid === 200 && ended === 401,
    { served, ready, valid, revoked: ended },
  );
  const chainAfter = await verify(restored);
  checks.expect(
    "its audit log verifies up to the same last hash",
    chain.code === 0 && chainAfter.code === 0 && chain.output === chainAfter.output && /\d+ rows/.test(chain.output),
    { rows: Number(/(\d+) rows/.exec(chain.output)?.[1] ?? 0) },
  );
  const { code } = await release.runToEnd(MIGRATE, restored);
  const tampering = await tamper(other.url);
  const caught = await verify(restored);
  checks.expect(
    "the restored database knows its migrations, refuses to remove audit rows, and an altered row is found",
    code === 0 && tampering.removalRefused && caught.code === 1,
  );
  const { rows } = await db.query<{ n: number }>(
    "select count(*)::int as n from pg_stat_activity where state is not null",
  );
  checks.expect("stopped instances have left no connection behind", (rows[0]?.n ?? 0) <= 2, {
    connections: rows[0]?.n ?? 0,
  });
  await again.child.stop();
}

/** Tries to remove audit rows, then alters one as only the table's owner can. */
async function tamper(databaseUrl: string): Promise<{ removalRefused: boolean }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const removalRefused = await client.query("delete from audit_events").then(
    () => false,
    () => true,
  );
  await client.query("alter table audit_events disable trigger all");
  await client.query("update audit_events set actor_name = 'Nobody' where seq = 2");
  await client.end();
  return { removalRefused };
}
