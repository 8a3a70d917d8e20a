"use client";

import type { IssuedKeyView } from "@/components/api-keys/key-steps";
import { LocalAndUtcTime } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { CopyOnceField } from "@/components/ui/copy-once-field";
import { DoneButton } from "@/components/ui/dialog";
import type { Loss } from "@/components/ui/leave-question";

const NOT_COPIED: Loss = {
  title: "You haven’t copied this key.",
  text: "You won’t see it again. Close anyway?",
};

/** Shows a key, once. */
export function RevealKey({ issued }: { issued: IssuedKeyView }) {
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
      <DoneButton />
    </div>
  );
}
