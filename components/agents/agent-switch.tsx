"use client";

import { clsx } from "clsx";
import { useOptimistic, useState, useTransition } from "react";

import { FieldError } from "@/components/ui/field";
import type { ActionResult } from "@/lib/action-result";

/** What an action that changes an agent takes. */
export interface AgentChange {
  agentId: string;
  name?: string;
  description?: string | null;
  enabled?: boolean;
}
export type UpdateAgent = (input: AgentChange) => Promise<ActionResult<{ enabled: boolean }>>;

/** Switches an agent on and off at once, and back when the server refuses. */
export function AgentSwitch({
  agent,
  update,
}: {
  agent: { readonly id: string; readonly name: string; readonly enabled: boolean };
  update: UpdateAgent;
}) {
  const [on, setOn] = useOptimistic(agent.enabled);
  const [switching, startSwitch] = useTransition();
  const [problem, setProblem] = useState<string | null>(null);

  const change = (enabled: boolean) => {
    if (switching) return;
    setProblem(null);
    startSwitch(async () => {
      setOn(enabled);
      try {
        const result = await update({ agentId: agent.id, enabled });
        if (!result.ok) setProblem(result.message);
      } catch {
        setProblem("The server did not answer. Reload the page to see whether it worked.");
      }
    });
  };

  return (
    <div className="grid gap-1">
      <span className="flex items-center gap-2">
        {/* Not Radix's: the hidden checkbox that it adds for forms has an inline style, which the policy refuses. */}
        <button
          type="button"
          role="switch"
          aria-label={agent.name}
          aria-busy={switching || undefined}
          aria-checked={on}
          onClick={() => {
            change(!on);
          }}
          className={clsx(
            "inline-flex h-5 w-9 shrink-0 items-center rounded-full border p-px",
            on ? "border-transparent bg-good" : "border-edge bg-surface",
          )}
        >
          <span
            className={clsx(
              "block size-4 rounded-full transition-transform",
              on ? "translate-x-4 bg-surface" : "bg-edge",
            )}
          />
        </button>
        <span aria-hidden className={on ? "text-good" : "text-soft"}>
          {on ? "On" : "Off"}
        </span>
      </span>
      {problem ? (
        <div className="max-w-48 whitespace-normal">
          <FieldError>{problem}</FieldError>
        </div>
      ) : null}
    </div>
  );
}
