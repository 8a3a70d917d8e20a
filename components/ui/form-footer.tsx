import type { ReactNode } from "react";

import { Button, type ButtonLook } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DialogFooter } from "@/components/ui/dialog";

/** The end of a dialog's form: what the server refused, Cancel, and the button that submits. */
export function FormFooter({
  label,
  busyLabel,
  look = "primary",
  busy,
  problem,
  onCancel,
}: {
  label: string;
  busyLabel: string;
  look?: ButtonLook;
  busy: boolean;
  problem: ReactNode;
  onCancel: () => void;
}) {
  return (
    <>
      {problem ? (
        <Callout tone="bad" alert>
          {problem}
        </Callout>
      ) : null}
      <DialogFooter>
        {/* The answer under way may be a key that is shown only once: nobody walks away from it by accident. */}
        <Button busy={busy} onClick={onCancel}>
          Cancel
        </Button>
        <Button look={look} type="submit" busy={busy}>
          {busy ? busyLabel : label}
        </Button>
      </DialogFooter>
    </>
  );
}
