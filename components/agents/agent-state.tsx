import { CircleCheck, CirclePause } from "lucide-react";

/** Whether an agent is on, for people who may not change it. */
export function AgentState({ enabled }: { enabled: boolean }) {
  const Icon = enabled ? CircleCheck : CirclePause;
  return (
    <span className={enabled ? "text-good" : "text-soft"}>
      <Icon aria-hidden className="mr-1 inline size-3.5" />
      <span>{enabled ? "On" : "Off"}</span>
    </span>
  );
}
