import "server-only";

import type { Actor } from "@/lib/actor";
import type { AgentFilters } from "@/lib/agents/service";
import { listPool } from "@/lib/db";
import { likeLiteral } from "@/lib/like";
import { preparedQuery } from "@/lib/prepared-query";
import { JsonBytes, type Pagination } from "@/lib/public-api/envelope";
import type { CursorPage } from "@/lib/public-api/page";
import { SharedRead } from "@/lib/shared-read";

/** A page of agents as the API shows it. */
export interface AgentListPage {
  /** The array, as JSON. */
  readonly json: JsonBytes;
  readonly pagination: Pagination;
}

/** The columns of an agent, documents as the JSON text that the database keeps. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly autonomy: string;
  readonly trigger: string;
  readonly entity: string;
  /** The seven documents with their names: one column is read faster than seven. */
  readonly documents: string;
  readonly audience: string | null;
  readonly access: string | null;
  readonly enabled: boolean;
  readonly created: string;
  readonly updated: string;
}

const DOCUMENTS = [
  "actions",
  "agent_settings",
  "callback_settings",
  "schedule",
  "ticket_conditions",
  "time_entry_conditions",
  "toolbox",
]
  .map((name) => `'"${name}":' || coalesce(${name}::text, 'null')`)
  .join(" || ',' || ");

/** A moment as toISOString writes it: a hundred of them a page cost more here than in the database. */
const iso = (moment: string) => `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const SELECT = `select id, name, description, autonomy_type::text as autonomy, trigger_type::text as trigger,
  entity_type as entity, ${DOCUMENTS} as documents, audience, access, enabled, ${iso("created_at")} as created, ${iso("updated_at")} as updated
  from agents`;

const text = JSON.stringify;

/** {@link serializeAgent} as text: documents pass through without being parsed. An integration test holds the two together. */
function agentJson(row: Row): string {
  const conversation =
    row.autonomy === "CONVERSATIONAL"
      ? `"audience":${text(row.audience ?? "MSP")},"access":${text(row.access ?? "ALL_USERS")},`
      : "";
  return (
    `{"id":"${row.id}","name":${text(row.name)},"description":${text(row.description)},` +
    `"autonomy_type":"${row.autonomy}","trigger_type":"${row.trigger}","entity_type":${text(row.entity)},` +
    `${row.documents},${conversation}` +
    `"enabled":${row.enabled},"created_at":"${row.created}","updated_at":"${row.updated}"}`
  );
}

async function readPage(tenantId: string, filters: AgentFilters, page: CursorPage): Promise<AgentListPage> {
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const where = [`tenant_id = ${value(tenantId)}::uuid`];
  // Which conditions there are, so that each combination is prepared under a name of its own.
  let kind = "agents";
  const and = (letter: string, condition: string) => {
    kind += letter;
    where.push(condition);
  };
  if (filters.enabled !== undefined) and("E", `enabled = ${value(filters.enabled)}::boolean`);
  if (filters.triggerType) and("T", `trigger_type = ${value(filters.triggerType)}::trigger_type`);
  if (filters.autonomyType) and("A", `autonomy_type = ${value(filters.autonomyType)}::autonomy_type`);
  if (filters.q !== undefined) {
    const pattern = value(`%${likeLiteral(filters.q)}%`);
    and("Q", `(name ilike ${pattern}::text or description ilike ${pattern}::text)`);
  }
  if (page.after) {
    const [at, id] = [value(new Date(page.after.at).toISOString()), value(page.after.id)];
    and("P", `(created_at, id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const size = value(page.size + 1);
  const rows = await preparedQuery<Row>(
    listPool(),
    kind,
    `${SELECT} where ${where.join(" and ")} order by created_at desc, id desc limit ${size}::int4`,
    values,
  );
  const shown = rows.length > page.size ? rows.slice(0, page.size) : rows;
  const last = rows.length > page.size ? shown.at(-1) : undefined;
  return {
    json: new JsonBytes(`[${shown.map(agentJson).join(",")}]`),
    pagination: page.next(last && { createdAt: new Date(last.created), id: last.id }),
  };
}

const reads = new SharedRead<AgentListPage>();

/**
 * Lists the agents of the actor's tenant, newest first, as the JSON that the API answers with. The same page asked for
 * several times in one turn of the event loop is read once. Keyset: rows that are inserted meanwhile move nothing.
 * @param page of these very filters, whose cursors are shared as well
 * @throws the database's error
 */
export function listAgentsAsJson(actor: Actor, filters: AgentFilters, page: CursorPage): Promise<AgentListPage> {
  const { enabled, triggerType, autonomyType, q } = filters;
  const key = JSON.stringify([actor.tenantId, enabled, triggerType, autonomyType, q, page.size, page.after]);
  return reads.get(key, () => readPage(actor.tenantId, filters, page));
}
