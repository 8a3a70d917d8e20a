"use client";

import { agentLabel, triggerLabel } from "@/components/agents/agent-labels";
import { ListToolbar } from "@/components/list/list-toolbar";
import type { loadAgentListUrl } from "@/lib/agents/list-url";
import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";

const FILTERS = [
  {
    name: "state",
    label: "State",
    all: "On and off",
    options: [
      ["on", "On"],
      ["off", "Off"],
    ],
  },
  {
    name: "type",
    label: "Type",
    all: "All types",
    options: Object.values(AutonomyType).map((type) => [type, agentLabel(type)] as const),
  },
  {
    name: "trigger",
    label: "Trigger",
    all: "All triggers",
    options: Object.values(TriggerType).map((trigger) => [trigger, triggerLabel(trigger)] as const),
  },
] as const;

type AgentListUrl = Awaited<ReturnType<typeof loadAgentListUrl>>;

/** Search, and filters by state, type and trigger. */
export function AgentsToolbar(props: { url: Pick<AgentListUrl, "q" | "state" | "type" | "trigger">; found: string }) {
  return <ListToolbar label="Search by name or description" filters={FILTERS} {...props} />;
}
