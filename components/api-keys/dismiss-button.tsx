"use client";

import { useState, type ReactNode } from "react";

import { useKeyDialogs } from "@/components/api-keys/key-dialog-provider";
import { NOT_LOADED } from "@/components/hooks/use-module";
import { Button } from "@/components/ui/button";
import { CellError } from "@/components/ui/field-error";
import type { DismissWarningInput } from "@/lib/api-keys/schemas";

/** Takes a key out of a list of keys that need attention, for 30 days and for everybody in the organisation. */
export function DismissButton({ name, ...warning }: DismissWarningInput & { name: string }) {
  const page = useKeyDialogs();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReactNode>(null);
  const onClick = async () => {
    setBusy(true);
    setProblem(null);
    const failure = await import("@/components/api-keys/dismiss").then(
      ({ dismiss }) => dismiss(page, name, warning),
      () => NOT_LOADED,
    );
    setProblem(failure);
    setBusy(false);
  };
  return (
    <div className="grid justify-items-start gap-1 pt-1.5 md:justify-items-end">
      <Button
        small
        busy={busy}
        aria-label={`Dismiss for 30 days: ${name}`}
        onClick={() => void onClick()}
        className="md:max-xl:h-auto md:max-xl:max-w-20 md:max-xl:py-1 md:max-xl:whitespace-normal"
      >
        <span>Dismiss for 30 days</span>
      </Button>
      {problem ? <CellError>{problem}</CellError> : null}
    </div>
  );
}
