"use client";

import type { IssuedKeyView } from "@/components/api-keys/key-steps";
import { LocalAndUtcTime } from "@/components/time/time";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { CopyOnceField } from "@/components/ui/copy-once-field";
import { DialogFooter } from "@/components/ui/dialog";
import type { Loss } from "@/components/ui/leave-question";

const NOT_COPIED: Loss = {
  title: "You haven’t copied this key.",
  text: "You won’t see it again. Close anyway?",
  stay: "Keep it open",
  leave: "Close anyway",
};

/** Shows a key, once. @param onDone closes the dialog, which asks first until the key was copied */
export function RevealKey({ issued, onDone }: { issued: IssuedKeyView; onDone: () => void }) {
  return (
    <div className="grid gap-4">
      <Callout tone="warn">
        Copy this key now and store it somewhere safe. It’s shown only once and can’t be recovered.
      </Callout>
      <CopyOnceField label="API key" noun="key" value={issued.key} loss={NOT_COPIED} />
      <ul className="grid gap-1 text-xs text-soft">
        {issued.expiresAt ? (
          <li>
            Stops working on <LocalAndUtcTime at={issued.expiresAt} />.
          </li>
        ) : (
          <li>Never expires.</li>
        )}
        {issued.oldKeyWorksUntil ? (
          <li>
            The old key works until <LocalAndUtcTime at={issued.oldKeyWorksUntil} />.
          </li>
        ) : null}
      </ul>
      <DialogFooter at="start">
        <Button onClick={onDone}>Done</Button>
      </DialogFooter>
    </div>
  );
}
