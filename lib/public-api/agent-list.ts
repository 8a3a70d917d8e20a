import "server-only";

import type { Actor } from "@/lib/actor";
import type { AgentFilters } from "@/lib/agents/service";
import { LIST_CONNECTIONS, listPool } from "@/lib/db/client";
import { FairShare } from "@/lib/db/fair-share";
import { AppError } from "@/lib/errors/app-error";
import { escapeLike } from "@/lib/text/like";
import { preparedQuery } from "@/lib/db/prepared-query";
import { JsonBytes } from "@/lib/http/envelope";
import type { CursorPage } from "@/lib/public-api/cursor";
import { SharedRead } from "@/lib/db/shared-read";

/** A whole page in one row: the database serializes fifty rows of twelve columns faster than Node parses them. */
interface Row {
  /** The array of agents. */
  readonly json: string;
  /** Id of the page's last agent if more follow, else null. */
  readonly last_id: string | null;
  readonly last_created: string | null;
}

const DOCUMENTS = [
  "actions",
  "agent_settings",
  "callback_settings",
  "schedule",
  "ticket_conditions",
  "time_entry_conditions",
  "toolbox",
];

/** The documents are passed through as stored, without parsing. */
const documents = DOCUMENTS.map((name) => `'"${name}":' || coalesce(${name}::text, 'null') || ','`).join(" || ");

const string = (value: string) => `coalesce(to_json(${value})::text, 'null')`;

/** A timestamp in the format of toISOString. */
const iso = (moment: string) => `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** serializeAgent in SQL. An integration test compares the two, field by field. */
const AGENT = `'{"id":"' || id || '","name":' || ${string("name")} || ',"description":' || ${string("description")}
  || ',"autonomy_type":"' || autonomy_type || '","trigger_type":"' || trigger_type
  || '","entity_type":' || ${string("entity_type")} || ',' || ${documents}
  || case when autonomy_type = 'CONVERSATIONAL' then '"audience":' || ${string("coalesce(audience, 'MSP')")}
    || ',"access":' || ${string("coalesce(access, 'ALL_USERS')")} || ',' else '' end
  || '"enabled":' || enabled || ',"created_at":"' || ${iso("created_at")} || '","updated_at":"' || ${iso("updated_at")} || '"}'`;

/** Maximum size of the agents on a page, in bytes, unless a single agent exceeds it. */
export const MAX_PAGE_BYTES = 1024 * 1024;

/** Upper bound for the rest of an agent, in bytes: field names, timestamps, ids. */
const FRAME_BYTES = 500;

/** Upper bound for an agent's JSON, in bytes, computed without reading its documents. */
const SIZE = `document_bytes + octet_length(${string("name")}) + octet_length(${string("description")}) + ${FRAME_BYTES}`;

/** Measures the page before serializing it, so that documents of other pages aren't read. One more agent is read than it has. */
const statement = (where: string, size: string) => `with found as materialized (
    select *, row_number() over w as place, sum(${SIZE}) over w as bytes
    from agents where ${where}
    window w as (order by created_at desc, id desc rows unbounded preceding)
    order by created_at desc, id desc limit ${size}::int4 + 1
  ), page as (
    select * from found where place <= ${size}::int4 and (bytes <= ${MAX_PAGE_BYTES} or place = 1)
  ), last as (
    select id, created_at from page where place = (select max(place) from page)
      and exists (select from found where place > (select max(place) from page))
  )
  select '[' || coalesce((select string_agg(${AGENT}, ',' order by place) from page), '') || ']' as json,
    (select id::text from last) as last_id, (select ${iso("created_at")} from last) as last_created`;

async function readPage(tenantId: string, filters: AgentFilters, page: CursorPage) {
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const where = [`tenant_id = ${value(tenantId)}::uuid`];
  // Names the combination of conditions: each is a separate prepared statement.
  let kind = "agents";
  const and = (letter: string, condition: string) => {
    kind += letter;
    where.push(condition);
  };
  if (filters.enabled !== undefined) and("E", `enabled = ${value(filters.enabled)}::boolean`);
  if (filters.triggerType) and("T", `trigger_type = ${value(filters.triggerType)}::trigger_type`);
  if (filters.autonomyType) and("A", `autonomy_type = ${value(filters.autonomyType)}::autonomy_type`);
  if (filters.q !== undefined) {
    const pattern = value(`%${escapeLike(filters.q)}%`);
    and("Q", `(name ilike ${pattern}::text or description ilike ${pattern}::text)`);
  }
  if (page.after) {
    const [at, id] = [value(new Date(page.after.at).toISOString()), value(page.after.id)];
    and("P", `(created_at, id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const [row] = await preparedQuery<Row>(listPool(), kind, statement(where.join(" and "), value(page.size)), values);
  if (!row) throw new Error("an aggregate without its row");
  const last =
    row.last_id === null || row.last_created === null
      ? undefined
      : { createdAt: new Date(row.last_created), id: row.last_id };
  return { json: new JsonBytes(row.json), pagination: page.next(last) };
}

/** The array of agents as JSON, and where the list continues. */
export type AgentListPage = Awaited<ReturnType<typeof readPage>>;

const reads = new SharedRead<AgentListPage>();

const BUSY = "Too many lists of agents are being read right now. Try again shortly, with fewer at the same time.";

/** A tenant gets at most half of the connections, so its searches can't block other tenants; waits up to 3,000 ms for one. */
const shares = new FairShare(LIST_CONNECTIONS, LIST_CONNECTIONS / 2, 3_000, () => {
  return new AppError("UNAVAILABLE", BUSY, { reason: "lists_busy" });
});

/**
 * Lists the agents of the actor's tenant, newest first, as the API's JSON. Requests for the same page share a read that was
 * sent after they arrived. Keyset pagination: concurrent inserts don't shift pages.
 * @param page a page of these filters; the cursors it returns are shared too
 * @param arrivedAt when the request arrived, by performance.now()
 * @throws the database's error
 */
export function listAgentsAsJson(actor: Actor, filters: AgentFilters, page: CursorPage, arrivedAt: number) {
  const { enabled, triggerType, autonomyType, q } = filters;
  const key = JSON.stringify([actor.tenantId, enabled, triggerType, autonomyType, q, page.size, page.after]);
  return reads.get(key, arrivedAt, () => shares.run(actor.tenantId, () => readPage(actor.tenantId, filters, page)));
}
