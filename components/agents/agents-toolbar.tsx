"use client";

import { useQueryStates } from "nuqs";
import { useTransition } from "react";

import { triggerWords, words } from "@/components/agents/agent-words";
import { FilterSelect, ListToolbar } from "@/components/ui/list-toolbar";
import { agentListParsers } from "@/lib/agents/list-url";
import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";

const STATES = [
  ["on", "On"],
  ["off", "Off"],
] as const;
const TYPES = Object.values(AutonomyType).map((type) => [type, words(type)] as const);
const TRIGGERS = Object.values(TriggerType).map((trigger) => [trigger, triggerWords(trigger)] as const);

/** Search, and filters by state, type and trigger. */
export function AgentsToolbar() {
  const [loading, startTransition] = useTransition();
  const [url, setUrl] = useQueryStates(agentListParsers, { shallow: false, scroll: false, startTransition });
  return (
    <div className="mb-3 flex">
      <ListToolbar
        label="Search by name or description"
        q={url.q}
        loading={loading}
        onSearch={(q, options) => void setUrl({ q, page: null }, options)}
      >
        <FilterSelect
          label="State"
          all="On and off"
          value={url.state}
          options={STATES}
          onChange={(state) => void setUrl({ state, page: null })}
        />
        <FilterSelect
          label="Type"
          all="All types"
          value={url.type}
          options={TYPES}
          onChange={(type) => void setUrl({ type, page: null })}
        />
        <FilterSelect
          label="Trigger"
          all="All triggers"
          value={url.trigger}
          options={TRIGGERS}
          onChange={(trigger) => void setUrl({ trigger, page: null })}
        />
      </ListToolbar>
    </div>
  );
}
