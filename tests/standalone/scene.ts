import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";

import { CONTOSO, DEMO_CLIENT } from "../../dev/microsoft/directory";
import { startStandIn } from "../../dev/microsoft/server";
import type { ProcessGroup } from "../../dev/process-group";
import { type Checks, until } from "../support/checks";
import { startPostgres } from "../support/postgres-server";
import type { CookieJar } from "../support/sign-in";
import { COMPOSE } from "./container-files";
import { loopbackAddress, type Running, type StandaloneFolder } from "./standalone-folder";

export const PAGE = "/roles-access/api-keys";
export const KEY_NAME = "Export of the standalone test";
export const MIGRATE = COMPOSE.services.migrate.command ?? [];

/** What the checks run on. */
export interface Scene {
  readonly checks: Checks;
  readonly processes: ProcessGroup;
  readonly release: StandaloneFolder;
  /** Scratch folder of the whole run. */
  readonly scratch: string;
  readonly databaseUrl: string;
  readonly db: Client;
  readonly standInUrl: string;
  readonly url: string;
  readonly listen: Record<string, string>;
  /** The settings of the first instance: those of compose.yaml, with its secrets in files. */
  readonly settings: Record<string, string>;
  /** The first instance. */
  readonly app: Running;
}

/** A signed-in browser, an access token of the same person, and a key of the organisation. */
export interface Guests {
  readonly jar: CookieJar;
  readonly token: string;
  readonly key: string;
}

/** Writes a secret as compose.yaml's secrets are: a file that every user may read, in a folder that few may enter. */
export function secretFile(scratch: string, name: string, value: string): string {
  const file = path.join(scratch, "secrets", name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${value}\n`, { mode: 0o444 });
  return file;
}

/** The environment that compose.yaml gives a service, with the paths that its secret files have here. */
export function environmentOf(service: "app" | "migrate", scratch: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(COMPOSE.services[service].environment ?? {}).map(([name, value]) => [
      name,
      value.replace("/run/secrets", path.join(scratch, "secrets")),
    ]),
  );
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers, redirect: "manual" });
/** The status of a response; 0 when nothing answers. */
export const statusOf = (url: string, headers: Record<string, string> = {}) =>
  get(url, headers).then(
    ({ status }) => status,
    () => 0,
  );
export const statusOfMe = (url: string, key: string) => statusOf(`${url}/public-api/me`, bearer(key));

/** Creates a key through the API. @param token of an admin */
export async function createKey(url: string, token: string, name: string) {
  const response = await fetch(`${url}/public-api/api-keys`, {
    method: "POST",
    headers: { ...bearer(token), "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  const { data } = (await response.json()) as { data: { id: string; key: string } };
  return { status: response.status, ...data };
}

/**
 * Starts an instance and waits until it is alive.
 * @param settings on top of the first instance's
 * @param release the scene's by default
 */
export async function startInstance(
  scene: Scene,
  settings: Record<string, string> = {},
  release = scene.release,
): Promise<Running & { url: string }> {
  const { url, listen } = await loopbackAddress();
  const app = release.serve({ ...scene.settings, ...settings, ...listen }, scene.standInUrl);
  scene.processes.add(() => app.child.stop());
  await until("the server answers", async () => (await statusOf(`${url}/api/health`)) === 200);
  return { ...app, url };
}

/** Starts a database without migrations, the Microsoft stand-in and the first instance. */
export async function setScene(
  checks: Checks,
  processes: ProcessGroup,
  release: StandaloneFolder,
  scratch: string,
): Promise<Scene> {
  const database = await startPostgres();
  processes.add(() => database.stop());
  const db = new Client({ connectionString: database.url });
  await db.connect();
  processes.add(() => db.end());
  const { url, listen } = await loopbackAddress();
  const client = { clientId: DEMO_CLIENT.id, clientSecret: DEMO_CLIENT.secret };
  const standIn = await startStandIn({ port: 0, appUrl: url, ...client });
  processes.add(() => standIn.stop());
  secretFile(scratch, "database-url", database.url);
  secretFile(scratch, "azure-ad-client-secret", client.clientSecret);
  secretFile(scratch, "nextauth-secret", randomBytes(32).toString("base64"));
  const settings = {
    ...environmentOf("app", scratch),
    AZURE_AD_CLIENT_ID: client.clientId,
    TENANTS: CONTOSO.id,
    NEXTAUTH_URL: url,
    RATE_LIMIT_PER_MINUTE: "1000000",
  };
  const app = release.serve({ ...settings, ...listen }, standIn.url);
  processes.add(() => app.child.stop());
  const shared = { checks, processes, release, scratch, db, url, listen, settings, app };
  return { ...shared, databaseUrl: database.url, standInUrl: standIn.url };
}
