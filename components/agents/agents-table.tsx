import { clsx } from "clsx";
import Link from "next/link";

import { AGENTS_COLUMNS } from "@/components/list/columns";
import { AgentState, AgentSwitch, type UpdateAgent } from "@/components/agents/agent-switch";
import { AGENTS_PATH } from "@/components/shell/paths";
import { Cell, DataTable, RowGroup, RowHeader, type Sorting } from "@/components/list/data-table";
import { RelativeTime } from "@/components/time/time";
import { linkClass } from "@/components/ui/link";
import type { AgentRow } from "@/lib/agents/list";
import type { AgentListUrl } from "@/lib/agents/list-url";

/** `CHAINED_ACTIONS` as "Chained actions". */
export function agentLabel(constant: string): string {
  const text = constant.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What starts an agent. */
export function triggerLabel(trigger: string): string {
  return trigger === "NONE" ? "No trigger" : agentLabel(trigger);
}

/** One page of the organisation's agents. @param update null for people who may only read */
export function AgentsTable({
  agents,
  update,
  ...sorting
}: {
  agents: readonly AgentRow[];
  update: UpdateAgent | null;
} & Sorting<AgentListUrl["sort"]>) {
  return (
    <DataTable caption="Agents of your organisation" columns={AGENTS_COLUMNS} sorting={sorting}>
      {agents.map((agent) => (
        <RowGroup key={agent.id}>
          <tr className="list-row">
            <RowHeader className="max-w-xl">
              <Link
                href={`${AGENTS_PATH}/${agent.id}`}
                prefetch={false}
                className={clsx("inline-block min-h-6 min-w-6 font-semibold [overflow-wrap:anywhere]", linkClass)}
              >
                <bdi>{agent.name}</bdi>
              </Link>
              {agent.description ? (
                <span className="line-clamp-2 text-xs font-normal [overflow-wrap:anywhere] text-soft print:line-clamp-none">
                  {agent.description}
                </span>
              ) : null}
            </RowHeader>
            <Cell label="Type">{agentLabel(agent.autonomyType)}</Cell>
            <Cell label="Trigger">{triggerLabel(agent.triggerType)}</Cell>
            <Cell label="State">
              {update ? (
                <AgentSwitch agent={{ id: agent.id, name: agent.name, enabled: agent.enabled }} update={update} />
              ) : (
                <AgentState enabled={agent.enabled} />
              )}
            </Cell>
            <Cell label="Created" wide>
              <RelativeTime at={agent.createdAt} />
            </Cell>
            <Cell label="Updated">
              <RelativeTime at={agent.updatedAt} />
            </Cell>
          </tr>
        </RowGroup>
      ))}
    </DataTable>
  );
}
