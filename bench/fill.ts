import { randomUUID } from "node:crypto";

import type { Client } from "pg";

import { generateKey } from "@/lib/api-keys/format";
import { storedHash } from "@/lib/api-keys/hash";

/** A benchmark tenant and the member who created its keys. */
export interface BenchTenant {
  readonly tenantId: string;
  readonly memberId: string;
}

/** Creates a tenant with one admin. */
export async function addTenant(client: Client, name: string): Promise<BenchTenant> {
  const tenant = { tenantId: randomUUID(), memberId: randomUUID() };
  await client.query("insert into tenants (id, entra_tenant_id, name) values ($1, $2, $3)", [
    tenant.tenantId,
    randomUUID(),
    name,
  ]);
  await client.query(
    "insert into members (id, tenant_id, oid, name, role) values ($1, $2, $3, 'Bench Admin', 'Admin')",
    [tenant.memberId, tenant.tenantId, randomUUID()],
  );
  return tenant;
}

const INSERT = `insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id)`;

/** Creates and returns usable keys. Their names pad `/public-api/me` to the size of the bare route. */
export async function addUsableKeys(
  client: Client,
  { tenantId, memberId }: BenchTenant,
  count: number,
): Promise<string[]> {
  const keys = Array.from({ length: count }, () => generateKey("bench"));
  for (const key of keys) {
    const id = randomUUID();
    await client.query(`${INSERT} values ($1, $2, $3, 'bench', $4, $5, now(), $6, $1)`, [
      id,
      tenantId,
      "Billing export script of the benchmark",
      key.slice(-4),
      storedHash(key),
      memberId,
    ]);
  }
  return keys;
}

/** Fills the table up to `total` keys with normal rows whose plaintext is unknown. */
export async function fillKeys(client: Client, { tenantId, memberId }: BenchTenant, total: number): Promise<void> {
  await client.query(
    `${INSERT}
     select id, $1, 'Key ' || n, 'bench', right(md5(n::text), 4), sha256(convert_to('bench ' || n || random(), 'UTF8')),
       now() - n * interval '1 second', $2, id
     from (select gen_random_uuid() as id, n from generate_series(1, greatest(0, $3 - (select count(*) from api_keys))::int) as n) as made`,
    [tenantId, memberId, total],
  );
  await client.query("vacuum analyze api_keys");
}

/** Creates agents with different names, each with a schedule, two actions and settings, as integrations do. */
export async function fillAgents(client: Client, { tenantId, memberId }: BenchTenant, count: number): Promise<void> {
  await client.query(
    `insert into agents (id, tenant_id, name, description, trigger_type, actions, agent_settings, schedule, created_at,
       updated_at, created_by_member_id)
     select gen_random_uuid(), $1, 'Agent ' || n, 'Sorts what came in overnight and writes a summary', 'SCHEDULED',
       '[{"type":"classify","priority":"by impact"},{"type":"notify","channel":"operations"}]',
       '{"model":"default","temperature":0.2,"max_steps":12}', '{"cron":"0 6 * * *","time_zone":"Europe/Copenhagen"}',
       now() - n * interval '1 second', now(), $2
     from generate_series(1, $3::int) as n`,
    [tenantId, memberId, count],
  );
  await client.query("vacuum analyze agents");
}

/** Gives the newest keys of a tenant 30 days of hours, 13 months of days, callers and a latest call. */
export async function fillUsage(client: Client, { tenantId }: BenchTenant, keys: number): Promise<void> {
  const newest = `(select id from api_keys where tenant_id = $1 order by created_at desc limit $2) as k`;
  const counts = "90, 5, 3, 1, 1";
  for (const statement of [
    `insert into key_usage_hours select $1, k.id, floor(date_part('epoch', now()) / 3600)::int - n, ${counts} from ${newest}, generate_series(0, 719) n`,
    `insert into key_usage_days select $1, k.id, floor(date_part('epoch', now()) / 86400)::int - n, ${counts} from ${newest}, generate_series(0, 395) n`,
    `insert into key_usage_callers (tenant_id, key_id, day, kind, value, calls, last_seen)
       select $1, k.id, floor(date_part('epoch', now()) / 86400)::int - n, 'client', 'client ' || m, 9, now()
         from ${newest}, generate_series(0, 29) n, generate_series(1, 10) m`,
    `insert into key_usage_latest (tenant_id, key_id, at, address, client, endpoint)
       select $1, k.id, now(), '192.0.2.1', 'curl', 'GET /public-api/me' from ${newest}`,
  ])
    await client.query(statement, [tenantId, keys]);
  await client.query("vacuum analyze key_usage_hours, key_usage_days, key_usage_callers, key_usage_latest");
}
