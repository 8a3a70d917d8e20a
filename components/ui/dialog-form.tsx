import { useContext, type ReactNode, type SyntheticEvent } from "react";

import { Button, type ButtonLook } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DialogContext } from "@/components/ui/dialog-context";

/** A form in a dialog: its fields, why the server refused or what it asks for, Cancel, and the button that submits. */
export function DialogForm({
  label,
  busyLabel,
  look = "primary",
  busy,
  problem,
  confirm,
  onSubmit,
  children,
}: {
  label: string;
  busyLabel: string;
  look?: ButtonLook;
  busy: boolean;
  problem: ReactNode;
  /** What asks for a fresh sign-in, in place of a problem. */
  confirm?: ReactNode;
  onSubmit: (event: SyntheticEvent) => unknown;
  children?: ReactNode;
}) {
  const { note, onCancel } = useContext(DialogContext);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit(event);
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-4">
      {children}
      <Aside problem={problem}>{confirm ?? (busy ? null : note)}</Aside>
      <div className="mt-2 flex flex-wrap justify-end gap-2 group-data-asking/dialog:hidden">
        {/* The response may be a key that is shown only once: Cancel must not discard it. */}
        <Button busy={busy} onClick={onCancel}>
          Cancel
        </Button>
        <Button look={look} type="submit" busy={busy}>
          {busy ? busyLabel : label}
        </Button>
      </div>
    </form>
  );
}

/** Why the server refused, or else what there is to say. */
function Aside({ problem, children }: { problem: ReactNode; children: ReactNode }) {
  if (!problem) return children;
  return (
    <Callout tone="bad" alert>
      {problem}
    </Callout>
  );
}
