"use client";

import { clsx } from "clsx";
import { CircleCheck, CirclePause } from "lucide-react";
import { useOptimistic, useState, useTransition, type ReactNode } from "react";
import type { z } from "zod";

import { useCheckedRefresh } from "@/components/hooks/use-checked-refresh";
import { failureText, refusalText } from "@/components/hooks/use-submit";
import { CellError } from "@/components/ui/field-error";
import { useUndo } from "@/components/ui/undo";
import type { AgentRow } from "@/lib/agents/list";
import type { agentEdit } from "@/lib/agents/schemas";
import type { ActionResult } from "@/lib/auth/action-result";

/** The action that changes an agent. */
export type UpdateAgent = (input: z.input<typeof agentEdit>) => Promise<ActionResult<{ enabled: boolean }>>;

type SwitchableAgent = Pick<AgentRow, "id" | "name" | "enabled">;

/** Switches an agent on and off immediately, and back when the server refuses. Offers to undo switching it off. */
export function AgentSwitch({ agent: { id, name, enabled }, update }: { agent: SwitchableAgent; update: UpdateAgent }) {
  const [on, setOn] = useOptimistic(enabled);
  const [switching, startSwitch] = useTransition();
  const [problem, setProblem] = useState<ReactNode>(null);
  const { refreshAfterFailure } = useCheckedRefresh();
  const offerUndo = useUndo();

  /** @returns why it failed; null after a success */
  const send = (wanted: boolean): Promise<ReactNode> =>
    refreshAfterFailure(update)({ agentId: id, enabled: wanted }).then(
      (result) => (result.ok ? null : refusalText(result)),
      (error: unknown) => failureText(error),
    );
  const change = (wanted: boolean, control: HTMLElement) => {
    if (switching) return;
    setProblem(null);
    offerUndo(null);
    startSwitch(async () => {
      setOn(wanted);
      const failure = await send(wanted);
      setProblem(failure);
      if (failure || wanted) return;
      offerUndo({ text: `${name} is off.`, control, undo: () => send(true), undone: `${name} is on again.` });
    });
  };

  return (
    <div className="grid gap-1">
      <span className="flex items-center gap-2">
        {/* Radix's switch adds a hidden checkbox with an inline style, which the policy refuses. */}
        <button
          type="button"
          role="switch"
          aria-label={name}
          aria-busy={switching || undefined}
          aria-checked={on}
          // A held Enter would toggle the agent repeatedly.
          onKeyDown={(event) => {
            if (event.repeat) event.preventDefault();
          }}
          onClick={(event) => change(!on, event.currentTarget)}
          className={clsx(
            "inline-flex h-6 w-11 shrink-0 items-center rounded-full border p-px forced-color-adjust-none forced-colors:outline-[CanvasText]",
            // Forced colours remove backgrounds: the state then shows in system colours.
            on
              ? "border-transparent bg-good forced-colors:border-[Highlight] forced-colors:bg-[Highlight]"
              : "border-edge bg-surface forced-colors:border-[ButtonText] forced-colors:bg-[ButtonFace]",
          )}
        >
          <span
            className={clsx(
              "block size-5 rounded-full transition-transform",
              on
                ? "translate-x-5 bg-surface forced-colors:bg-[HighlightText]"
                : "bg-edge forced-colors:bg-[ButtonText]",
            )}
          />
        </button>
        <span aria-hidden className={on ? "text-good" : "text-soft"}>
          {on ? "On" : "Off"}
        </span>
      </span>
      {problem ? <CellError>{problem}</CellError> : null}
    </div>
  );
}

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
