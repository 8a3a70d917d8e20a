"use client";

import { triggerWords, words } from "@/components/agents/agent-words";
import { FilterSelect, ListToolbar } from "@/components/ui/list-toolbar";
import { useListUrl } from "@/components/ui/use-list-url";
import type { loadAgentListUrl } from "@/lib/agents/list-url";
import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";

const STATES = [
  ["on", "On"],
  ["off", "Off"],
] as const;
const TYPES = Object.values(AutonomyType).map((type) => [type, words(type)] as const);
const TRIGGERS = Object.values(TriggerType).map((trigger) => [trigger, triggerWords(trigger)] as const);

type AgentListUrl = Awaited<ReturnType<typeof loadAgentListUrl>>;

/** Search, and filters by state, type and trigger. */
export function AgentsToolbar({
  url: fromServer,
  found,
}: {
  url: Pick<AgentListUrl, "q" | "state" | "type" | "trigger">;
  found: string;
}) {
  const [url, setUrl, loading] = useListUrl(fromServer, ["page"]);
  return (
    <div className="mb-3 flex">
      <ListToolbar
        label="Search by name or description"
        q={url.q}
        loading={loading}
        found={found}
        onSearch={(q, options) => {
          setUrl({ q }, options);
        }}
      >
        <FilterSelect
          label="State"
          all="On and off"
          value={url.state}
          options={STATES}
          onChange={(state) => {
            setUrl({ state });
          }}
        />
        <FilterSelect
          label="Type"
          all="All types"
          value={url.type}
          options={TYPES}
          onChange={(type) => {
            setUrl({ type });
          }}
        />
        <FilterSelect
          label="Trigger"
          all="All triggers"
          value={url.trigger}
          options={TRIGGERS}
          onChange={(trigger) => {
            setUrl({ trigger });
          }}
        />
      </ListToolbar>
    </div>
  );
}
