"use client";

import { useState } from "react";
import { v4 as uuidv4 } from "uuid";

import { afterIssue, type KeyActions, type KeyStep, type LostStep } from "@/components/api-keys/dialog/steps";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { LocalTime } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import type { Loss } from "@/components/ui/dialog-context";
import { useLoss } from "@/components/ui/leave-question";

const STILL_WORKS: Loss = {
  title: "The key nobody has seen still works.",
  text: "It stays in the list until you revoke it there, and what you typed or chose is gone. Close anyway?",
};

/**
 * Says that a key exists whose plaintext nobody has, and gets rid of it: after creating, it is revoked before another is
 * created; after rotating, it is replaced by one more, so that the rotation still ends with a key in hand.
 */
export function LostKeyForm({
  step,
  actions,
  onStep,
}: {
  step: LostStep;
  actions: KeyActions;
  onStep: (next: KeyStep) => void;
}) {
  const { lost } = step;
  const [fresh] = useState(() => uuidv4());
  // A fresh sign-in between two tries of one form must not make two keys (docs/decisions/041).
  const draft = useDraft(`lost-key ${lost.id}`, { attempt: fresh });
  const { attempt } = draft.values;
  const { submit: revoke, ...revoking } = useSubmit(actions.revoke);
  const { submit: replace, ...replacing } = useSubmit(actions.rotate, () => draft.keep({ attempt }), KEY_OUTCOME);
  useLoss(STILL_WORKS);

  const facts = (
    <Callout tone="warn">
      Your first try worked, but its response never reached you. Nobody has seen this key, and it can’t be shown again.
    </Callout>
  );

  if ("values" in step) {
    const onSubmit = async () => {
      const result = await revoke({ keyId: lost.id, typedName: lost.name });
      if (result?.ok) onStep({ kind: "create", again: { values: step.values, revoked: lost.display } });
    };
    return (
      <DialogForm label="Revoke it" busyLabel="Revoking…" look="danger" {...revoking} onSubmit={onSubmit}>
        {facts}
        <p>Revoke it, then create the key again. What you typed is kept.</p>
      </DialogForm>
    );
  }
  const onSubmit = async () => {
    const result = await replace({ keyId: lost.id, expiry: step.expiry, attempt, lost: true });
    if (result?.ok) onStep(afterIssue(result.data, { expiry: step.expiry }));
  };
  return (
    <DialogForm label="Replace it" busyLabel="Replacing…" {...replacing} onSubmit={onSubmit}>
      {facts}
      <p>
        <span>Replace it: you’ll get another new key, and the one nobody has seen is revoked.</span>{" "}
        {lost.oldKeyWorksUntil ? (
          <span>
            The old key works until <LocalTime at={lost.oldKeyWorksUntil} />.
          </span>
        ) : null}
      </p>
    </DialogForm>
  );
}
