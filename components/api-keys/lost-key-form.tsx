"use client";

import { useState, type SyntheticEvent } from "react";
import { v4 as uuidv4 } from "uuid";

import type { CreateValues } from "@/components/api-keys/create-key-form";
import type { KeyActions } from "@/components/api-keys/key-dialogs";
import type { Issued } from "@/components/api-keys/key-view";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { Callout } from "@/components/ui/callout";
import { FormFooter } from "@/components/ui/form-footer";
import { useLoss, type Loss } from "@/components/ui/leave-question";
import { LocalTime } from "@/components/time/time";
import { useSubmit } from "@/components/hooks/use-submit";
import type { ExpiryChoice } from "@/lib/api-keys/expiry";
import type { LostKey } from "@/lib/api-keys/service";

/** A key was made, and the answer with its plaintext got lost: after creating, with the form's values; after rotating, with the expiry. */
export type LostStep =
  { kind: "lost"; lost: LostKey; values: CreateValues } | { kind: "lost"; lost: LostKey; expiry: ExpiryChoice };

const STILL_WORKS: Loss = {
  title: "The key nobody has seen still works.",
  text: "It stays in the list until you revoke it there, and what you typed or chose is gone. Close anyway?",
  stay: "Keep it open",
  leave: "Close anyway",
};

/** Where the form leads. */
type Next =
  | LostStep
  | { kind: "create"; again: { values: CreateValues; revoked: string } }
  | { kind: "reveal"; issued: Issued; rotated: boolean };

/**
 * Says that a key was made whose plaintext nobody has, and takes it out of the world: a created one is revoked before it is
 * created again, a successor is replaced by one more, so that the old key's rotation still ends with a key in hand.
 */
export function LostKeyForm({
  step,
  actions,
  onStep,
  onCancel,
  onBusy,
}: {
  step: LostStep;
  actions: KeyActions;
  onStep: (next: Next) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const { lost } = step;
  const [attempt] = useState(() => uuidv4());
  const revoke = useSubmit(actions.revoke, onBusy);
  const replace = useSubmit(actions.rotate, onBusy, undefined, KEY_OUTCOME);
  useLoss(STILL_WORKS);

  const onSubmit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if ("values" in step) {
      const result = await revoke.submit({ keyId: lost.id, typedName: lost.name });
      if (result?.ok) onStep({ kind: "create", again: { values: step.values, revoked: lost.display } });
      return;
    }
    const { expiry } = step;
    const result = await replace.submit({ keyId: lost.id, expiry, attempt, lost: true });
    if (!result?.ok) return;
    if ("issued" in result.data) onStep({ kind: "reveal", issued: result.data.issued, rotated: true });
    else onStep({ kind: "lost", lost: result.data.lost, expiry });
  };

  return (
    <form
      onSubmit={(event) => {
        void onSubmit(event);
      }}
      className="grid gap-4"
    >
      <Callout tone="warn">
        Your first try worked, but its response never reached you. Nobody has seen{" "}
        <code translate="no" className="font-mono text-xs">
          {lost.display}
        </code>{" "}
        (created <LocalTime at={lost.createdAt.toISOString()} />
        ), and it can’t be shown again.
      </Callout>
      {"values" in step ? (
        <p key="revoke">Revoke it, then create the key again. What you typed is kept.</p>
      ) : (
        <p key="replace">
          <span>Replace it: you’ll get another new key, and the one nobody has seen is revoked.</span>{" "}
          {lost.oldKeyWorksUntil ? (
            <span>
              The old key works until <LocalTime at={lost.oldKeyWorksUntil.toISOString()} />.
            </span>
          ) : null}
        </p>
      )}
      {"values" in step ? (
        <FormFooter label="Revoke it" busyLabel="Revoking…" look="danger" {...revoke} onCancel={onCancel} />
      ) : (
        <FormFooter label="Replace it" busyLabel="Replacing…" {...replace} onCancel={onCancel} />
      )}
    </form>
  );
}
