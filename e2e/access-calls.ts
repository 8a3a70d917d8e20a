// Shared by the access specs: people without a browser, targets to act on, and requests to pages and actions.
import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { encode } from "next-auth/jwt";

import { RENDERED_FOR_FIELD, renderedForId } from "../lib/auth/rendered-for";
import { ROOT } from "../dev/root";

import { type Role, type Targets } from "./access-table";
import { type Database, type Person, setting } from "./fixtures";

export const ROLES = ["Admin", "User", "Viewer"] as const satisfies readonly Role[];
const RANK = { Viewer: 0, User: 1, Admin: 2 } as const;
export const reaches = (role: Role, least: Role | "anyone") => least === "anyone" || RANK[role] >= RANK[least];
export const STRANGER: Person = "Fabrikam Admin";
export const personOf = (role: Role): Person => `Contoso ${role}`;

/** A folder's source files with this ending, as the build writes them: relative to the root, with slashes. */
export const files = (folder: string, ending: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(ending));
/** `app/(dashboard)/agents/[agentId]/page.tsx` as a route: `/agents/[agentId]`. */
export const addressOf = (file: string) =>
  path.posix
    .dirname(file)
    .replace(/^app/, "")
    .replace(/\/\([^)]+\)/g, "") || "/";

/** By cookie: for whom a page opened with it is rendered. */
const pages = new Map<string, string>();

/** A session as a sign-in creates it, without a browser. */
export async function sessionOf(db: Database, person: string): Promise<{ id: string; cookie: string }> {
  const id = randomUUID();
  await db.query(
    `insert into sessions (id, member_id, created_at, last_seen_at, authenticated_at, expires_at)
     select $1::uuid, m.id, now(), now(), now(), now() + interval '1 day' from members m where m.name = $2`,
    [id, person],
  );
  const secret = readFileSync(path.join(setting("NEO_E2E_DATA_DIR"), "nextauth-secret"), "utf8").trim();
  const cookie = `next-auth.session-token=${await encode({ token: { sid: id }, secret })}`;
  pages.set(cookie, await renderedForOf(db, person));
  return { id, cookie };
}

/** For whom this person's pages are rendered. */
export async function renderedForOf(db: Database, person: string): Promise<string> {
  const [member] = await db.query<{ tenantId: string; memberId: string }>(
    'select tenant_id as "tenantId", id as "memberId" from members where name = $1',
    [person],
  );
  if (!member) throw new Error(`there is no ${person}`);
  return renderedForId(member);
}

/** A key, an agent and a member with a session, all in Contoso, for one call, and a session of `person`. */
export async function newTargets(db: Database, person: string | null): Promise<Targets> {
  const [keyId, agentId, mark] = [randomUUID(), randomUUID(), randomBytes(4).toString("hex")];
  const [keyName, agentName] = [`Key ${mark}`, `Agent ${mark}`];
  await db.query(
    `insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id)
     select $1::uuid, m.tenant_id, $2::text, 'prod', 'AAAA', sha256($2::text::bytea), now(), m.id, $1::uuid
     from members m where m.name = 'Contoso Admin'`,
    [keyId, keyName],
  );
  await db.query(
    `insert into key_warning_dismissals (tenant_id, key_id, reason, dismissed_at, dismissed_by_id)
     select tenant_id, id, 'unused', now(), created_by_id from api_keys where id = $1::uuid`,
    [keyId],
  );
  const oldKeyId = randomUUID();
  await db.query(
    `with old as (
       insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id,
         rotated_at, rotated_by_id, grace_ends_at)
       select $1::uuid, m.tenant_id, $2::text, 'prod', 'BBBB', sha256($1::text::bytea), now(), m.id, $1::uuid,
         now(), m.id, now() + interval '1 day'
       from members m where m.name = 'Contoso Admin' returning *)
     insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id, replaces_id)
     select gen_random_uuid(), tenant_id, name, 'prod', 'CCCC', sha256(id::text::bytea || 'new'), now(), created_by_id, id, id
     from old`,
    [oldKeyId, `Rotated ${mark}`],
  );
  await db.query(
    `insert into agents (id, tenant_id, name, autonomy_type, trigger_type, enabled, created_at, updated_at)
     select $1::uuid, m.tenant_id, $2, 'AGENTIC', 'NONE', true, now(), now() from members m where m.name = 'Contoso Admin'`,
    [agentId, agentName],
  );
  const [applicationId, applicationName] = [randomUUID(), `Application ${mark}`];
  await db.query(
    `insert into applications (id, tenant_id, oid, client_id, name, role, bound_at, bound_by_id)
     select $1::uuid, m.tenant_id, $1::uuid, $1::uuid, $2, 'Integration', now(), m.id
     from members m where m.name = 'Contoso Admin'`,
    [applicationId, applicationName],
  );
  // Microsoft doesn't know the members that are made here: a check of accounts would find them gone.
  await db.query("update tenants set accounts_due_at = now() + interval '1 hour'");
  const spare = "Table's spare member";
  const memberId = randomUUID();
  await db.query(
    `insert into members (id, tenant_id, oid, name, role)
     select $1::uuid, m.tenant_id, $2::uuid, $3, 'Viewer' from members m where m.name = 'Contoso Admin'
     on conflict (tenant_id, oid) do nothing`,
    [memberId, SPARE_OID, spare],
  );
  const [member] = await db.query<{ id: string }>("select id from members where name = $1", [spare]);
  const invitedId = randomUUID();
  await db.query(
    `with invited as (
       insert into members (id, tenant_id, name, email, role, joined_at)
       select $1::uuid, m.tenant_id, 'Table''s guest', 'guest-' || $1::text || '@table.example', 'Viewer', null
       from members m where m.name = 'Contoso Admin' returning id, tenant_id)
     insert into invitations (id, tenant_id, member_id, token_hash, created_at, expires_at)
     select gen_random_uuid(), tenant_id, id, sha256(id::text::bytea), now(), now() + interval '1 day' from invited`,
    [invitedId],
  );
  const removedId = randomUUID();
  await db.query(
    `insert into members (id, tenant_id, oid, name, role, removed_at, removed_by_id)
     select $1::uuid, m.tenant_id, gen_random_uuid(), 'Table''s guest', 'Viewer', now(), m.id
     from members m where m.name = 'Contoso Admin'`,
    [removedId],
  );
  const { id: theirs } = await sessionOf(db, spare);
  const sessionId = person?.startsWith("Contoso") ? (await sessionOf(db, person)).id : theirs;
  return {
    ...{ keyId, keyName, oldKeyId, agentId, agentName, memberId: member?.id ?? "", invitedId, removedId, sessionId },
    ...{ applicationId, applicationName },
  };
}

/** An open invitation to Contoso. @returns its token */
export async function newLink(db: Database): Promise<string> {
  const { invitedId } = await newTargets(db, null);
  const token = randomBytes(32).toString("base64url");
  await db.query("update invitations set token_hash = sha256($2::text::bytea) where member_id = $1::uuid", [
    invitedId,
    token,
  ]);
  return token;
}

/** A working key of Contoso. */
export async function newKey(db: Database): Promise<string> {
  const key = `neo_sk_prod_${randomBytes(12).toString("hex")}`;
  await db.query(
    `insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id)
     select $1::uuid, m.tenant_id, 'Key of the table', 'prod', right($2::text, 4), sha256($2::text::bytea), now(), m.id, $1::uuid
     from members m where m.name = 'Contoso Admin'`,
    [randomUUID(), key],
  );
  return key;
}

const SPARE_OID = "5ba2e000-0000-4000-9000-000000000001";

/** Removes what {@link newTargets} and the table's calls left. */
export async function forgetTargets(db: Database): Promise<void> {
  await db.query("delete from applications where name like 'Application ________%' or name like '% by the table'");
  await db.query("update tenants set key_managers_allowed = false");
  await db.query("delete from agents where name like 'Agent ________%' or name = 'Made by the table'");
  await db.forgetKeys();
  await db.query("delete from sessions where member_id in (select id from members where oid = $1::uuid)", [SPARE_OID]);
  await db.query("delete from members where oid = $1::uuid or name = 'Table''s guest'", [SPARE_OID]);
}

/** The headers of a request from a page with this session. */
export const pageHeaders = (cookie: string) => ({ cookie, [RENDERED_FOR_FIELD]: pages.get(cookie) ?? "" });

/** Opens a page as a browser does or, with `rsc`, as Next's router does. */
export async function open(
  address: string,
  cookie: string | null,
  rsc = false,
): Promise<{ to: string | null; text: string }> {
  const response = await fetch(new URL(address, setting("NEO_E2E_URL")), {
    redirect: "manual",
    headers: { ...(cookie ? { cookie } : {}), ...(rsc ? { rsc: "1" } : {}) },
  });
  const text = await response.text();
  // After a loading frame was sent, a redirect can only be an element of the page.
  const element = /<meta id="__next-page-redirect" http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(text)?.[1];
  return { to: response.headers.get("location") ?? element ?? null, text };
}

interface BuiltAction {
  readonly filename: string;
  readonly exportedName: string;
  readonly workers: Readonly<Record<string, unknown>>;
}

/** The server actions by file and name: their id, and a page that accepts the call. */
export function builtActions(): Map<string, { id: string; page: string }> {
  const manifest = path.join(ROOT, process.env.NEO_DIST_DIR ?? ".next", "server", "server-reference-manifest.json");
  const { node, edge } = JSON.parse(readFileSync(manifest, "utf8")) as Record<
    "node" | "edge",
    Record<string, BuiltAction>
  >;
  return new Map(
    Object.entries({ ...node, ...edge }).map(([id, { filename, exportedName, workers }]) => {
      const page = addressOf(Object.keys(workers)[0] ?? "").replace(/\[[^\]]+\]/g, randomUUID());
      return [`${filename}#${exportedName}`, { id, page }];
    }),
  );
}

export interface Call {
  readonly cookie?: string | null;
  /** Null sends none. */
  readonly origin?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another instance. */
  readonly app?: string;
}

/** The outcome of a call: "OK", the refusal's code, or the status when it never ran. */
export function outcomeOf({ status, text }: { status: number; text: string }): string {
  if (text.includes('"ok":true')) return "OK";
  return /"ok":false,"code":"([A-Z_]+)"/.exec(text)?.[1] ?? String(status);
}

/** Posts what a browser posts to call an action. @param body a string or a form */
export async function postAction(
  { id, page }: { id: string; page: string },
  body: string | FormData,
  { cookie = null, app = setting("NEO_E2E_URL"), origin = app, headers = {} }: Call,
): Promise<{ status: number; text: string }> {
  const response = await fetch(new URL(page, app), {
    method: "POST",
    redirect: "manual",
    headers: {
      "next-action": id,
      ...(typeof body === "string" ? { "content-type": "text/plain;charset=UTF-8" } : {}),
      accept: "text/x-component",
      ...(cookie ? pageHeaders(cookie) : {}),
      ...(origin === null ? {} : { origin }),
      ...headers,
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Calls an action as a program would. @returns as {@link outcomeOf} */
export async function callAction(action: { id: string; page: string }, input: unknown, call: Call): Promise<string> {
  return outcomeOf(await postAction(action, JSON.stringify([input]), call));
}
