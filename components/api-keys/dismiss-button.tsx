"use client";

import { useKeyDialogs } from "@/components/api-keys/key-dialog-provider";
import { useSubmit } from "@/components/hooks/use-submit";
import { Button } from "@/components/ui/button";
import { CellError } from "@/components/ui/field";
import type { DismissWarningInput } from "@/lib/api-keys/schemas";

/** Takes a key out of a list of keys that need attention, for 30 days and for everybody in the organisation. */
export function DismissButton({ name, ...warning }: DismissWarningInput & { name: string }) {
  const { actions, finish } = useKeyDialogs();
  const { submit, busy, problem } = useSubmit(actions.dismiss);
  const onClick = async () => {
    const result = await submit(warning);
    if (!result?.ok) return;
    finish(result.data.dismissed ? `Dismissed ${name} for 30 days.` : `${name} was already dismissed, or has changed.`);
  };
  return (
    <div className="grid justify-items-start gap-1 pt-1.5 lg:justify-items-end">
      <Button
        small
        busy={busy}
        aria-label={`Dismiss for 30 days: ${name}`}
        onClick={() => void onClick()}
        className="lg:max-xl:h-auto lg:max-xl:max-w-20 lg:max-xl:py-1 lg:max-xl:whitespace-normal"
      >
        <span>Dismiss for 30 days</span>
      </Button>
      {problem ? <CellError>{problem}</CellError> : null}
    </div>
  );
}
