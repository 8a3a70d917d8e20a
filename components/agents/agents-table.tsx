import { CircleCheck, CirclePause } from "lucide-react";
import Link from "next/link";

import { buttonClass } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/moment";
import type { Agent } from "@/lib/agents/service";

/** `CHAINED_ACTIONS` as people read it: "Chained actions". */
function words(constant: string): string {
  const text = constant.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** One page of the organisation's agents, newest first. */
export function AgentsTable({
  agents,
  firstHref,
  nextHref,
}: {
  agents: readonly Agent[];
  firstHref: string | null;
  nextHref: string | null;
}) {
  if (agents.length === 0) {
    return (
      <div className="rounded-lg border border-line bg-surface px-4 py-14 text-center">
        <h2 className="text-lg font-semibold">{firstHref ? "No older agents" : "No agents"}</h2>
        {firstHref ? (
          <Link href={firstHref} className={`${buttonClass("plain", true)} mt-3`}>
            Newest
          </Link>
        ) : (
          <p className="text-soft">Agents that are made through the API appear here.</p>
        )}
      </div>
    );
  }
  return (
    <>
      <div className="rounded-lg border border-line bg-surface">
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
                  <span className="[overflow-wrap:anywhere]">{agent.name}</span>
                  {agent.description ? (
                    <span className="block text-xs font-normal [overflow-wrap:anywhere] text-soft">
                      {agent.description}
                    </span>
                  ) : null}
                </th>
                <td className="px-3 py-2 align-top max-md:p-0">{words(agent.autonomyType)}</td>
                <td className="px-3 py-2 align-top max-md:p-0">
                  {agent.triggerType === "NONE" ? "No trigger" : words(agent.triggerType)}
                </td>
                <td className="px-3 py-2 align-top whitespace-nowrap max-md:p-0">
                  <span className={agent.enabled ? "text-good" : "text-soft"}>
                    {agent.enabled ? (
                      <CircleCheck aria-hidden className="mr-1 inline size-3.5" />
                    ) : (
                      <CirclePause aria-hidden className="mr-1 inline size-3.5" />
                    )}
                    {agent.enabled ? "On" : "Off"}
                  </span>
                </td>
                <td className="px-3 py-2 align-top whitespace-nowrap max-md:p-0">
                  <RelativeTime at={agent.updatedAt.toISOString()} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <nav aria-label="Pages" className="flex justify-end gap-2 pt-3">
        {firstHref ? (
          <Link href={firstHref} className={buttonClass("plain", true)}>
            Newest
          </Link>
        ) : null}
        {nextHref ? (
          <Link href={nextHref} className={buttonClass("plain", true)} rel="next">
            Older
          </Link>
        ) : null}
      </nav>
    </>
  );
}
