import Link from "next/link";

import { AgentState } from "@/components/agents/agent-state";
import { AgentSwitch, type UpdateAgent } from "@/components/agents/agent-switch";
import { triggerWords, words } from "@/components/agents/agent-words";
import { AGENTS_PATH } from "@/components/shell/paths";
import { RelativeTime } from "@/components/ui/moment";
import type { AgentRow } from "@/lib/agents/list";

/**
 * One page of the organisation's agents.
 * @param update null for whoever may only read
 */
export function AgentsTable({ agents, update }: { agents: readonly AgentRow[]; update: UpdateAgent | null }) {
  return (
    <table className="w-full text-left max-md:block">
      <caption className="sr-only">Agents of your organisation</caption>
      <thead className="border-b border-line max-md:sr-only">
        <tr>
          {["Name", "Type", "Trigger", "State", "Updated"].map((label) => (
            <th key={label} scope="col" className="px-3 py-2 text-xs font-medium text-soft">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {agents.map((agent) => (
          <tr
            key={agent.id}
            className="border-t border-line first:border-t-0 max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:px-3 max-md:py-2.5"
          >
            <th scope="row" className="max-w-xl px-3 py-2 align-top font-medium max-md:w-full max-md:p-0">
              <Link
                href={`${AGENTS_PATH}/${agent.id}`}
                prefetch={false}
                className="rounded-sm [overflow-wrap:anywhere] underline-offset-4 hover:underline"
              >
                <bdi>{agent.name}</bdi>
              </Link>
              {agent.description ? (
                <span className="line-clamp-2 text-xs font-normal [overflow-wrap:anywhere] text-soft">
                  {agent.description}
                </span>
              ) : null}
            </th>
            <td className="px-3 py-2 align-top max-md:p-0">{words(agent.autonomyType)}</td>
            <td className="px-3 py-2 align-top max-md:p-0">{triggerWords(agent.triggerType)}</td>
            <td className="px-3 py-2 align-top whitespace-nowrap max-md:p-0">
              {update ? (
                <AgentSwitch agent={{ id: agent.id, name: agent.name, enabled: agent.enabled }} update={update} />
              ) : (
                <AgentState enabled={agent.enabled} />
              )}
            </td>
            <td className="px-3 py-2 align-top whitespace-nowrap max-md:p-0">
              <RelativeTime at={agent.updatedAt.toISOString()} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
