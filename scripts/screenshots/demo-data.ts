// What the pictures show: keys of every status with usage, owners and notes, and people of every status.
import { CONTOSO, DIRECTORY_ACCOUNTS, FABRIKAM } from "../../dev/microsoft/directory";
import { addUsage } from "./demo-usage";
import type { Sql } from "./sql";

/** Calls the API as Contoso's admin. @returns `data` of the response */
type Call = <Data>(method: string, path: string, body?: object) => Promise<Data>;

interface DemoKey {
  readonly name: string;
  /** How long ago it was created, and last used. */
  readonly age: string;
  readonly used?: string;
  /** Days until it expires, from now; it had already expired where that is negative. */
  readonly expires?: number;
  readonly owner?: string;
  readonly note?: string;
  /** Served calls in a typical hour. */
  readonly calls?: number;
  /** How long ago it was rotated or revoked. */
  readonly rotated?: string;
  readonly revoked?: string;
}

/** Oldest first. */
const KEYS: readonly DemoKey[] = [
  { name: "Pilot integration", age: "11 months", used: "41 days", expires: -30, calls: 3 },
  { name: "Ticket import (old server)", age: "9 months", used: "13 days", revoked: "12 days", calls: 8 },
  {
    name: "Billing export",
    age: "8 months",
    used: "2 minutes",
    expires: 120,
    owner: "billing-team@contoso.example",
    note: "Runs nightly on the finance server. Ask Adele before rotating it.",
    calls: 6,
  },
  { name: "Office door display", age: "7 months" },
  {
    name: "CRM sync",
    age: "5 months",
    used: "4 minutes",
    expires: 200,
    owner: "crm@contoso.example",
    calls: 60,
    rotated: "3 hours",
  },
  { name: "Data warehouse", age: "85 days", used: "1 hour", expires: 5, owner: "data@contoso.example", calls: 25 },
  { name: "Status page", age: "40 days", used: "20 seconds", expires: 325, calls: 320 },
  { name: "Zapier, trial of the support team", age: "6 days", used: "2 days", expires: 24, calls: 2 },
];

/** Creates a key through the API, so that the audit log has it, and moves its times into the past. @returns its id */
async function addKey(sql: Sql, call: Call, key: DemoKey): Promise<string> {
  const { name, owner, note } = key;
  const later = key.expires === undefined ? null : new Date(Date.now() + Math.max(key.expires, 1) * 86_400_000);
  const { id } = await call<{ id: string }>("POST", "/public-api/api-keys", { name, expires_at: later });
  const path = `/public-api/api-keys/${id}`;
  if (owner || note) await call("PUT", path, { owner: owner ? { email: owner } : null, note: note ?? null });
  let newest = id;
  if (key.rotated) newest = (await call<{ id: string }>("POST", `${path}/rotate`)).id;
  if (key.revoked) await call("DELETE", path);
  await sql(
    `update api_keys set created_at = now() - $2::interval, last_used_at = now() - $3::interval,
       expires_at = case when $4::float < 0 then now() + $4::float * interval '1 day' else expires_at end,
       rotated_at = now() - $5::interval, grace_ends_at = now() - $5::interval + interval '24 hours',
       revoked_at = now() - $6::interval
     where id = $1::uuid`,
    [id, key.age, key.used ?? null, key.expires ?? 0, key.rotated ?? null, key.revoked ?? null],
  );
  if (newest !== id)
    await sql("update api_keys set created_at = now() - $2::interval, last_used_at = now() where id = $1::uuid", [
      newest,
      key.rotated,
    ]);
  if (key.used) await addUsage(sql, id, key.age, key.used, key.calls ?? 0);
  return id;
}

/** What of the old key's overlap is known: one caller has moved to the new key, one has not. */
const addOverlap = (sql: Sql) =>
  sql(
    `insert into key_usage_callers (tenant_id, key_id, day, kind, value, calls, last_seen)
     select tenant_id, id, floor(extract(epoch from now()) / 86400)::int, 'overlap', value, 40, now() - interval '4 minutes'
     from api_keys, (values ('203.0.113.24 python-requests'), ('198.51.100.7 curl')) as caller(value)
     where rotated_at is not null`,
  );

/** Nestor Wilke is no longer in the directory. */
const PEOPLE = `(values
  ('Adele Vance', 'User', '2 hours', '90 days', null), ('Alex Wilber', 'Viewer', '3 days', '60 days', null),
  ('Johanna Lorenz', 'Admin', null, null, null), ('Nestor Wilke', 'User', '20 days', '150 days', null), ('Grady Archie', 'User', '40 days', '200 days', '30 days'))
  as person(name, role, active, joined, removed)`;

const addPeople = (sql: Sql) =>
  sql(
    `insert into members (id, tenant_id, oid, name, email, role, created_at, joined_at, last_active_at, removed_at, removed_by_id)
     select gen_random_uuid(), t.id, coalesce(($2::jsonb ->> person.name)::uuid, gen_random_uuid()), person.name, lower(replace(person.name, ' ', '.')) || '@contoso.example', role::role,
       now() - coalesce(joined::interval, interval '1 hour'), now() - joined::interval, now() - active::interval, now() - removed::interval,
       case when removed is not null then (select id from members m where m.tenant_id = t.id and m.name = 'Contoso Admin') end
     from tenants t, ${PEOPLE} where t.entra_tenant_id = $1::uuid`,
    [CONTOSO.id, JSON.stringify(Object.fromEntries(DIRECTORY_ACCOUNTS.map(({ name, oid }) => [name, oid])))],
  );

const addApplications = (sql: Sql) =>
  sql(
    `insert into applications (id, tenant_id, oid, client_id, name, role, note, networks, expires_at, bound_at, bound_by_id, last_used_at)
     select gen_random_uuid(), m.tenant_id, gen_random_uuid(), gen_random_uuid(), a.name, a.role::application_role, a.note, a.networks::text[],
       now() + a.ends::interval, now() - interval '40 days', m.id, now() - a.used::interval
     from members m, (values
       ('Nightly ticket sync', 'Integration', 'Azure Container Apps job, every night at 02:00.', '{203.0.113.0/24,2001:db8:7::/48}', null, '7 hours'),
       ('Sentinel log reader', 'Auditor', null, '{}', '200 days', '2 minutes'),
       ('Old invoice import', 'Integration', 'Replaced in spring; ask Adele before it is bound again.', '{198.51.100.7/32}', '-3 days', null)
     ) as a(name, role, note, networks, ends, used)
     where m.name = 'Contoso Admin'`,
    [],
  );

/** Fills the demo: Contoso has everything, Fabrikam has nothing yet. @returns ids of keys by their names */
export async function fillDemo(sql: Sql, call: Call): Promise<ReadonlyMap<string, string>> {
  await addPeople(sql);
  await addApplications(sql);
  await sql("delete from agents using tenants t where t.id = tenant_id and t.entra_tenant_id = $1::uuid", [
    FABRIKAM.id,
  ]);
  const ids = new Map<string, string>();
  for (const key of KEYS) ids.set(key.name, await addKey(sql, call, key));
  await addOverlap(sql);
  return ids;
}

/** Gives the keys without an owner to a member, whose account is disabled. @returns undoes that */
export async function disableOwner(sql: Sql): Promise<() => Promise<void>> {
  const isOwner = "owner_id = (select id from members where name = 'Nestor Wilke')";
  await sql("update members set account_gone_at = now() where name = 'Nestor Wilke'");
  await sql(`update api_keys set ${isOwner} where owner_id is null and owner_email is null
    and tenant_id = (select tenant_id from members where name = 'Nestor Wilke')`);
  return async () => {
    await sql(`update api_keys set owner_id = null where ${isOwner}`);
    await sql("update members set account_gone_at = null");
  };
}
