import "server-only";

import { OTHER } from "@/lib/usage/kinds";
import { REFUSALS_KEPT, type UsageBatch, VALUES_KEPT } from "@/lib/usage/counter";
import { OUTCOMES } from "@/lib/usage/outcome";
import { APPLICATION_USAGE, KEY_USAGE, type UsageTables } from "@/lib/usage/tables";
import { lookupPool } from "@/lib/db/client";

const COUNTS = OUTCOMES.join(", ");
const added = (table: string) =>
  OUTCOMES.map((outcome) => `${outcome} = ${table}.${outcome} + excluded.${outcome}`).join(", ");
const moment = (epochMs: string) => `to_timestamp(${epochMs} / 1000.0)`;

/**
 * Parameters: $1 the flush's id, $2 the batch. A flush whose id is there already finds nothing to add. Rows are written in the order of
 * their keys, so that two instances don't wait for each other.
 */
const sqlOf = ({ prefix, credentials, id }: UsageTables) => `
  with flush as (
    insert into key_usage_flushes (id) values ($1::uuid) on conflict do nothing returning id
  ), counted as materialized (
    select c.*, c.credential_id as ${id}, c.hour / 24 as day
    from flush, json_to_recordset($2::json) as c(tenant_id uuid, credential_id uuid, hour int,
        ${OUTCOMES.map((outcome) => `${outcome} int`).join(", ")}, latest json, details json, refusals json)
      join ${credentials} k on k.tenant_id = c.tenant_id and k.id = c.credential_id
  ), hours as (
    insert into ${prefix}_hours as h (tenant_id, ${id}, hour, ${COUNTS})
    select tenant_id, ${id}, hour, ${COUNTS} from counted order by tenant_id, ${id}, hour
    on conflict (tenant_id, ${id}, hour) do update set ${added("h")}
  ), days as (
    insert into ${prefix}_days as d (tenant_id, ${id}, day, ${COUNTS})
    select tenant_id, ${id}, day, ${OUTCOMES.map((outcome) => `sum(${outcome})`).join(", ")}
    from counted group by tenant_id, ${id}, day order by tenant_id, ${id}, day
    on conflict (tenant_id, ${id}, day) do update set ${added("d")}
  ), details as (
    select c.tenant_id, c.${id}, c.day, d.kind, d.value, sum(d.calls) as calls, max(d.at) as at
    from counted c, json_to_recordset(c.details) as d(kind text, value text, calls int, at float8)
    group by c.tenant_id, c.${id}, c.day, d.kind, d.value
  ), known as (
    select d.*, stored.value is not null or d.value = '${OTHER}' as kept
    from details d left join ${prefix}_callers stored using (tenant_id, ${id}, day, kind, value)
  ), placed as (
    select d.*, row_number() over (of_kind order by kept desc, d.calls desc, d.value) - count(*) filter (where kept) over (of_kind)
        + (select count(*) from ${prefix}_callers s
            where (s.tenant_id, s.${id}, s.day, s.kind) = (d.tenant_id, d.${id}, d.day, d.kind) and s.value <> '${OTHER}') as place
    from known d window of_kind as (partition by d.tenant_id, d.${id}, d.day, d.kind)
  ), bounded as (
    select tenant_id, ${id}, day, kind, case when kept or place <= ${VALUES_KEPT} then value else '${OTHER}' end as value, calls, at
    from placed
  ), callers as (
    insert into ${prefix}_callers as s (tenant_id, ${id}, day, kind, value, calls, last_seen)
    select tenant_id, ${id}, day, kind, value, sum(calls), ${moment("max(at)")}
    from bounded group by tenant_id, ${id}, day, kind, value order by tenant_id, ${id}, day, kind, value
    on conflict (tenant_id, ${id}, day, kind, value)
      do update set calls = s.calls + excluded.calls, last_seen = greatest(s.last_seen, excluded.last_seen)
  ), latest as (
    insert into ${prefix}_latest as l (tenant_id, ${id}, at, address, client, endpoint)
    select distinct on (c.tenant_id, c.${id}) c.tenant_id, c.${id}, ${moment("u.at")}, u.address, u.client, u.endpoint
    from counted c, json_to_record(c.latest) as u(at float8, address text, client text, endpoint text)
    where u.at is not null order by c.tenant_id, c.${id}, u.at desc
    on conflict (tenant_id, ${id}) do update
      set at = excluded.at, address = excluded.address, client = excluded.client, endpoint = excluded.endpoint
      where l.at <= excluded.at
  ), refusals as (
    select c.tenant_id, c.${id}, ${moment("r.at")} as at, r.request_id, r.reason, r.status, r.endpoint, r.address,
      row_number() over (partition by c.tenant_id, c.${id} order by r.at desc, r.request_id desc) as place
    from counted c, json_to_recordset(c.refusals) as r(at float8, request_id uuid, reason text, status int2, endpoint text, address text)
  ), outlived as (
    delete from ${prefix}_refusals o
    using (select tenant_id, ${id}, least(count(*), ${REFUSALS_KEPT}) as more from refusals group by tenant_id, ${id}) as n
    where (o.tenant_id, o.${id}) = (n.tenant_id, n.${id}) and (o.at, o.request_id) <= (
      select s.at, s.request_id from ${prefix}_refusals s where (s.tenant_id, s.${id}) = (n.tenant_id, n.${id})
      order by s.at desc, s.request_id desc offset ${REFUSALS_KEPT} - n.more limit 1)
  )
  insert into ${prefix}_refusals (tenant_id, ${id}, at, request_id, reason, status, endpoint, address)
  select tenant_id, ${id}, at, request_id, reason, status, endpoint, address from refusals where place <= ${REFUSALS_KEPT}
  on conflict do nothing`;

/** By the tables' prefix. */
const SQL = { key_usage: sqlOf(KEY_USAGE), application_usage: sqlOf(APPLICATION_USAGE) } as const;

/**
 * Adds a batch to what is stored, in one statement: all of it or nothing.
 * @param tables where it is stored; every credential in the batch is of their kind
 * @param id of this batch; repeated with the same id, it adds nothing
 * @throws the database's error; then it is unknown whether the batch was added
 */
export async function writeUsage({ prefix }: UsageTables, id: string, { hours }: UsageBatch): Promise<void> {
  await lookupPool().query(SQL[prefix], [id, JSON.stringify(hours)]);
}
