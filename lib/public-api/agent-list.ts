import "server-only";

import type { Actor } from "@/lib/actor";
import type { AgentFilters, AgentPage } from "@/lib/agents/service";
import { listPool } from "@/lib/db";
import { likeLiteral } from "@/lib/like";
import { SharedRead } from "@/lib/shared-read";

/** A page of agents as the API shows it. */
export interface AgentListPage {
  /** The array, as JSON. */
  readonly json: string;
  /** The page's last row; undefined when no row follows it. */
  readonly last: { readonly createdAt: Date; readonly id: string } | undefined;
}

/** The columns of an agent, documents as the JSON text that the database keeps, moments as epoch milliseconds. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly autonomy: string;
  readonly trigger: string;
  readonly entity: string;
  readonly actions: string;
  readonly settings: string | null;
  readonly callback: string | null;
  readonly schedule: string | null;
  readonly tickets: string | null;
  readonly times: string | null;
  readonly toolbox: string | null;
  readonly audience: string | null;
  readonly access: string | null;
  readonly enabled: boolean;
  readonly created: number;
  readonly updated: number;
}

const SELECT = `select id, name, description, autonomy_type::text as autonomy, trigger_type::text as trigger,
  entity_type as entity, actions::text, agent_settings::text as settings, callback_settings::text as callback,
  schedule::text, ticket_conditions::text as tickets, time_entry_conditions::text as times, toolbox::text, audience,
  access, enabled, (extract(epoch from created_at) * 1000)::float8 as created,
  (extract(epoch from updated_at) * 1000)::float8 as updated from agents`;

const text = JSON.stringify;
const moment = (epochMs: number) => `"${new Date(epochMs).toISOString()}"`;

/** {@link serializeAgent} as text: documents pass through without being parsed. An integration test holds the two together. */
function agentJson(row: Row): string {
  const conversation =
    row.autonomy === "CONVERSATIONAL"
      ? `"audience":${text(row.audience ?? "MSP")},"access":${text(row.access ?? "ALL_USERS")},`
      : "";
  return (
    `{"id":"${row.id}","name":${text(row.name)},"description":${text(row.description)},` +
    `"autonomy_type":"${row.autonomy}","trigger_type":"${row.trigger}","entity_type":${text(row.entity)},` +
    `"actions":${row.actions},"agent_settings":${row.settings ?? "null"},"callback_settings":${row.callback ?? "null"},` +
    `"schedule":${row.schedule ?? "null"},"ticket_conditions":${row.tickets ?? "null"},` +
    `"time_entry_conditions":${row.times ?? "null"},"toolbox":${row.toolbox ?? "null"},${conversation}` +
    `"enabled":${row.enabled},"created_at":${moment(row.created)},"updated_at":${moment(row.updated)}}`
  );
}

async function readPage(tenantId: string, filters: AgentFilters, page: AgentPage): Promise<AgentListPage> {
  const values: unknown[] = [];
  const value = (given: unknown) => `$${values.push(given)}`;
  const where = [`tenant_id = ${value(tenantId)}::uuid`];
  if (filters.enabled !== undefined) where.push(`enabled = ${value(filters.enabled)}::boolean`);
  if (filters.triggerType) where.push(`trigger_type = ${value(filters.triggerType)}::trigger_type`);
  if (filters.autonomyType) where.push(`autonomy_type = ${value(filters.autonomyType)}::autonomy_type`);
  if (filters.q !== undefined) {
    const pattern = value(`%${likeLiteral(filters.q)}%`);
    where.push(`(name ilike ${pattern}::text or description ilike ${pattern}::text)`);
  }
  if (page.after) {
    const [at, id] = [value(new Date(page.after.at).toISOString()), value(page.after.id)];
    where.push(`(created_at, id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const { rows } = await listPool().query<Row>(
    `${SELECT}
      where ${where.join(" and ")} order by created_at desc, id desc limit ${value(page.size + 1)}::int4`,
    values,
  );
  const shown = rows.length > page.size ? rows.slice(0, page.size) : rows;
  const last = rows.length > page.size ? shown.at(-1) : undefined;
  return {
    json: `[${shown.map(agentJson).join(",")}]`,
    last: last && { createdAt: new Date(last.created), id: last.id },
  };
}

const reads = new SharedRead<AgentListPage>();

/**
 * Lists the agents of the actor's tenant, newest first, as the JSON that the API answers with. The same page asked for
 * several times in one turn of the event loop is read once. Keyset: rows that are inserted meanwhile move nothing.
 * @throws the database's error
 */
export function listAgentsAsJson(actor: Actor, filters: AgentFilters, page: AgentPage): Promise<AgentListPage> {
  const { enabled, triggerType, autonomyType, q } = filters;
  const key = JSON.stringify([actor.tenantId, enabled, triggerType, autonomyType, q, page.size, page.after]);
  return reads.get(key, () => readPage(actor.tenantId, filters, page));
}
