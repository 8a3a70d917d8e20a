// Runs the program of docs/guides/rotate-on-a-schedule.md, exactly as the page shows it, against a running server and stubs of both secret
// stores: it is killed between its steps and run again, while an integration calls with whatever key the store has.
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";

import { CONTOSO, DEMO_CLIENT, LOG_READER, NIGHTLY_SYNC, type StandInApplication } from "../../dev/microsoft/directory";
import { ROOT } from "../../dev/root";
import type { Checks } from "./checks";
import { startRelay } from "./relay";
import { type Deployment, saveFiles, Scene } from "./rotation-scene";
import {
  type Secret,
  type Served,
  startIdentityEndpoint,
  startKeyVault,
  startTokenExchange,
  startVault,
  type StoreStub,
} from "./secret-stores";
import { accessTokenByDeviceCode, accessTokenOfApplication } from "./sign-in";

const PRELOAD = path.join(ROOT, "dev", "microsoft", "preload.mjs");

/** Usage appears up to ten seconds late. */
const QUIET = { QUIET_MINUTES: "0.2" };
const NOW = { ROTATE_AFTER_DAYS: "0", WAIT_MINUTES: "0" };
const LATER = { WAIT_MINUTES: "0" };
const REPAIR = { ...LATER, LOST_AFTER_MINUTES: "0" };

const ROTATE = /^POST .*\/rotate$/;
const WRITE = /^(POST|PUT) /;

/** The program killed at each step, and two at the same time. */
async function tryKills(checks: Checks, scene: Scene, first: string): Promise<void> {
  const expect = (what: string, holds: boolean, ...seen: unknown[]) =>
    checks.expect(`rotation with Vault: ${what}`, holds, {}, [JSON.stringify(seen)]);
  const newest = async () => (await scene.chainFrom(first)).at(-1)?.id;
  const stored = async () => scene.store.current().keyId === (await newest());

  let arrived = 0;
  let open: (pass: "pass") => void = () => undefined;
  const both = new Promise<"pass">((resolve) => (open = resolve));
  const meet = () => {
    if (++arrived === 2) open("pass");
    return both;
  };
  const at = { at: ROTATE, when: "before", act: meet, repeat: true } as const;
  const runs = await Promise.all([scene.run(NOW, { neo: at }), scene.start(NOW)]);
  const says = (text: string) => runs.filter(({ output }) => output.includes(text)).length;
  const apart = says("Rotated the key") === 1 && says("Another run has just rotated") === 1;
  const clean = runs.every(({ code }) => code === 0);
  expect("of two simultaneous runs, one rotates, and the other ends without an error", apart && clean, runs);

  let kept = scene.store.current().keyId;
  await scene.run(NOW, { neo: scene.kill(ROTATE, "before") });
  expect("killed before it rotates, it has changed nothing", (await stored()) && scene.store.current().keyId === kept);

  await scene.run(NOW, { neo: scene.kill(ROTATE, "after") });
  const lost = await newest();
  const soon = await scene.run(LATER);
  const waits = soon.code === 0 && soon.output.includes("Another run") && (await newest()) === lost;
  expect("a key that was made a moment ago may be another run's, and is left alone", waits, soon);
  const repaired = await scene.run(REPAIR);
  const isRepaired = repaired.code === 0 && repaired.output.includes("never reached the store") && (await stored());
  expect("killed after it rotated, it is repaired by the next run", isRepaired, repaired);

  await scene.run(NOW, { store: scene.kill(WRITE, "before", 1) });
  const unstored = !(await stored());
  const again = await scene.run(REPAIR);
  expect("killed before it stores the key, it is repaired by the next run", unstored && (await stored()), again);

  kept = scene.store.current().keyId;
  await scene.run(NOW, { store: scene.kill(WRITE, "after", 1) });
  expect("killed after it stored the key, nothing is lost", (await stored()) && scene.store.current().keyId !== kept);

  const cut = await scene.run(NOW, { neo: { at: ROTATE, when: "after", act: () => "drop" } });
  expect("a new key whose response was lost is replaced in the same run", cut.code === 0 && (await stored()), cut);

  const waiting = { ...QUIET, WAIT_MINUTES: "0.8" };
  await scene.run(waiting, { neo: scene.kill(/^GET .*\/usage$/, "after") });
  await scene.run(waiting, { neo: scene.kill(/^DELETE /, "after") });
  const half = (await scene.chainFrom(first)).filter(({ status }) => status === "rotating").length;
  const last = await scene.run(waiting);
  const chain = await scene.chainFrom(first);
  const over = chain.every(({ status }, n) => status === (n === chain.length - 1 ? "active" : "revoked"));
  expect("killed while it waits or revokes, the next run ends all overlaps", half > 0 && over, half, last, chain);
  const idle = await scene.run({});
  expect("a run with nothing to do says nothing", idle.code === 0 && idle.output === "" && (await stored()), idle);
}

/** A store that fails, and a caller that keeps using the old key. */
async function tryFailures(checks: Checks, scene: Scene, original: Secret): Promise<void> {
  const first = original.keyId;
  const expect = (what: string, holds: boolean, ...seen: unknown[]) =>
    checks.expect(`rotation with Key Vault: ${what}`, holds, {}, [JSON.stringify(seen)]);
  const stored = async () => scene.store.current().keyId === (await scene.chainFrom(first)).at(-1)?.id;

  scene.store.readOnly = true;
  const refused = await scene.run(NOW);
  scene.store.readOnly = false;
  const nothing = refused.code === 1 && refused.output.includes("403") && (await scene.chainFrom(first)).length === 1;
  expect("while the store can't be written, nothing is rotated and the run fails", nothing, refused);

  const failed = await scene.run(NOW, { store: { at: WRITE, when: "before", skip: 1, act: () => "drop" } });
  const says = failed.code === 1 && failed.output.includes("could not be stored") && !(await stored());
  expect("a failed write fails the run and leaves the old key in the store", says, failed);
  const repaired = await scene.run(REPAIR);
  expect("the run after a failed write repairs it", repaired.code === 0 && (await stored()), repaired);

  const straggling = new AbortController();
  const straggler = scene.call("report-script/1.0", () => original.key, straggling.signal);
  const left = await scene.run({ ...QUIET, WAIT_MINUTES: "0.3" });
  const [old, lost] = await scene.chainFrom(first);
  const named = left.code === 0 && left.output.includes("report-script from ") && old?.status === "rotating";
  expect("an old key that somebody still uses is not revoked, and its callers are named", named, left);
  expect("the key that was lost is revoked", lost?.status === "revoked", old, lost);

  const database = new Client({ connectionString: scene.deployment.databaseUrl });
  await database.connect();
  await database.query("update api_keys set grace_ends_at = now() + interval '1 hour' where id = $1", [first]);
  await database.end();
  const alarmed = await scene.run(LATER);
  const fails = alarmed.code === 1 && alarmed.output.includes("They will be refused then");
  expect("the run fails when those callers are about to be refused", fails, alarmed);
  straggling.abort();
  await straggler;
  const ended = await scene.run({ ...QUIET, WAIT_MINUTES: "0.8" });
  const over = ended.code === 0 && (await scene.chainFrom(first))[0]?.status === "revoked";
  expect("once nobody uses the old key, the overlap ends", over, ended);
}

/** Lets applications manage Contoso's keys, as an admin does on the page. */
async function bindKeyManagers(databaseUrl: string, applications: readonly StandInApplication[]): Promise<void> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  await database.query("update tenants set key_managers_allowed = true where entra_tenant_id = $1", [CONTOSO.id]);
  for (const { clientId, principals } of applications)
    await database.query(
      `insert into applications (id, tenant_id, oid, client_id, name, role, bound_at, bound_by_id)
       select gen_random_uuid(), t.id, $2, $3, 'Key rotation ' || $4, 'KeyManager', now(), m.id
       from tenants t join members m on m.tenant_id = t.id and m.name = 'Contoso Admin' where t.entra_tenant_id = $1`,
      [CONTOSO.id, principals[CONTOSO.id], clientId, clientId.slice(-1)],
    );
  await database.end();
}

/**
 * Tests the guide's program.
 * @param deployment a running server with the stand-in; its database is only used to bind the applications and to move time
 */
export async function tryScheduledRotation(checks: Checks, deployment: Deployment): Promise<void> {
  const { url, standInUrl, databaseUrl } = deployment;
  const adminToken = await accessTokenByDeviceCode(standInUrl, "Contoso Admin");
  const folder = await saveFiles();
  const open: Served[] = [];
  const opened = <T extends Served>(served: T): T => {
    open.push(served);
    return served;
  };
  const issue = async (name: string): Promise<Secret> => {
    const init = { method: "POST", body: JSON.stringify({ name }) };
    const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
    const answer = await fetch(`${url}/public-api/api-keys`, { ...init, headers });
    const { data } = (await answer.json()) as { data: { id: string; key: string } };
    return { key: data.key, keyId: data.id };
  };
  const sceneOf = async (store: StoreStub, name: string, setting: string, settings: Record<string, string>) => {
    const neoRelay = opened(await startRelay(url));
    const storeRelay = opened(await startRelay(store.url));
    const all = { ...settings, NEO_URL: neoRelay.url, [setting]: storeRelay.url };
    return new Scene(deployment, adminToken, store, neoRelay, storeRelay, path.join(folder, name), all);
  };
  try {
    const ofVault = await issue("Ticket sync, in Vault");
    const ofKeyVault = await issue("Ticket sync, in Key Vault");

    const assertion = "github-issued.this.token";
    writeFileSync(path.join(folder, "azure-token"), assertion);
    const token = () => accessTokenOfApplication(standInUrl, NIGHTLY_SYNC, CONTOSO.id);
    const exchange = opened(await startTokenExchange(standInUrl, assertion, token));
    const vault = await sceneOf(opened(await startVault("s.vault", ofVault)), "vault", "VAULT_ADDR", {
      ...{ VAULT_TOKEN: "s.vault", AZURE_TENANT_ID: CONTOSO.id, AZURE_CLIENT_ID: NIGHTLY_SYNC.clientId },
      AZURE_FEDERATED_TOKEN_FILE: path.join(folder, "azure-token"),
      ...{ NODE_OPTIONS: `--import=${PRELOAD}`, NEO_STAND_IN_URL: exchange.url.replace("127.0.0.1", "localhost") },
    });

    const identity = opened(
      await startIdentityEndpoint("header-of-the-identity", LOG_READER.clientId, {
        [`api://${DEMO_CLIENT.id}`]: await accessTokenOfApplication(standInUrl, LOG_READER, CONTOSO.id),
        "https://vault.azure.net": "token-for-key-vault",
      }),
    );
    const keyVault = await sceneOf(
      opened(await startKeyVault("token-for-key-vault", ofKeyVault)),
      "key-vault",
      "KEY_VAULT_URL",
      {
        ...{ AZURE_CLIENT_ID: LOG_READER.clientId, IDENTITY_ENDPOINT: `${identity.url}/msi/token` },
        IDENTITY_HEADER: "header-of-the-identity",
      },
    );

    const unbound = await vault.run({});
    const helps = unbound.code === 1 && unbound.output.includes(NIGHTLY_SYNC.principals[CONTOSO.id] ?? "?");
    checks.expect("a job that isn't bound prints the ids to bind", helps, {}, [unbound.output]);
    await bindKeyManagers(databaseUrl, [NIGHTLY_SYNC, LOG_READER]);
    await Promise.all([
      vault.whileCalling(checks, "Vault", () => tryKills(checks, vault, ofVault.keyId)),
      keyVault.whileCalling(checks, "Key Vault", () => tryFailures(checks, keyVault, ofKeyVault)),
    ]);
  } finally {
    for (const served of open) served.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
