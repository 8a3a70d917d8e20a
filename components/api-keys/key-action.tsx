"use client";

import { clsx } from "clsx";
import { useState, type ReactNode } from "react";

import { type KeyPage, useKeyDialogs } from "@/components/api-keys/key-dialog-provider";
import { NOT_LOADED } from "@/components/hooks/use-module";
import { Button } from "@/components/ui/button";
import { CellError } from "@/components/ui/field-error";

/**
 * A button that does something with one key, without a dialog.
 * @param label of the button; for screen readers the key's name is added
 * @param inRow below the other buttons of the key's row
 * @param run returns why it failed; null after a success
 */
export function KeyAction({
  label,
  name,
  inRow,
  run,
}: {
  label: string;
  name: string;
  inRow: boolean;
  run: (page: KeyPage) => Promise<ReactNode>;
}) {
  const page = useKeyDialogs();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReactNode>(null);
  const onClick = async () => {
    setBusy(true);
    setProblem(null);
    // It fails where its code can't be loaded.
    setProblem(await run(page).catch(() => NOT_LOADED));
    setBusy(false);
  };
  return (
    <div className={clsx("grid justify-items-start gap-1 pt-1.5", inRow && "md:justify-items-end")}>
      <Button
        small
        busy={busy}
        aria-label={`${label}: ${name}`}
        onClick={() => void onClick()}
        {...(inRow && { className: "md:max-xl:h-auto md:max-xl:max-w-20 md:max-xl:py-1 md:max-xl:whitespace-normal" })}
      >
        <span>{label}</span>
      </Button>
      {problem ? <CellError>{problem}</CellError> : null}
    </div>
  );
}
