"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";
import { v4 as uuidv4 } from "uuid";

import {
  ExpiryField,
  expiryFieldOf,
  toExpiryChoice,
  type ExpiryValues,
} from "@/components/api-keys/dialog/expiry-field";
import { afterIssue, type KeyActions, type KeyStep, type KeyView } from "@/components/api-keys/dialog/steps";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { LocalAndUtcTime, useNow } from "@/components/time/time";
import { DialogForm } from "@/components/ui/dialog-form";
import { useUnsaved } from "@/components/ui/leave-question";
import { Mono } from "@/components/ui/mono";
import { Timeline } from "@/components/ui/timeline";
import { overlapEnd } from "@/lib/api-keys/rotation-overlap";

/** Explains a rotation and asks for the new key's expiry. */
export function RotateKeyForm({
  target,
  rotate,
  onStep,
}: {
  target: KeyView;
  rotate: KeyActions["rotate"];
  onStep: (next: KeyStep) => void;
}) {
  const now = useNow();
  const asBefore = target.lifetime === null ? "never" : "same";
  const [fresh] = useState(() => uuidv4());
  const empty: ExpiryValues & { attempt: string } = { expiry: asBefore, customExpiry: "", attempt: fresh };
  // A fresh sign-in between two tries of one form must not make two keys (docs/decisions/041).
  const draft = useDraft(`rotate-key ${target.id}`, empty);
  const { attempt, ...start } = draft.values;
  const form = useForm<ExpiryValues>({ defaultValues: start });
  const { errors, isSubmitted } = form.formState;
  const [expiry, customExpiry] = form.watch(["expiry", "customExpiry"]);
  useUnsaved(expiry !== asBefore);
  const { submit, ...state } = useSubmit(rotate, () => draft.keep({ ...form.getValues(), attempt }), KEY_OUTCOME);

  const onSubmit = form.handleSubmit(async (values) => {
    const choice = toExpiryChoice(values);
    if (!choice) return;
    const result = await submit({ keyId: target.id, expiry: choice, attempt });
    if (result?.ok) return onStep(afterIssue(result.data, { expiry: choice }));
    if (result?.fields?.expiry) form.setError(expiryFieldOf(values), { message: result.fields.expiry });
  });

  return (
    <DialogForm label="Rotate" busyLabel="Rotating…" {...state} onSubmit={onSubmit}>
      <RotationTimeline target={target} ends={overlapEnd(target.endsAt, now)} />
      <ExpiryField
        register={form.register}
        values={{ expiry, customExpiry }}
        errors={errors}
        sameLifetime={target.lifetime}
        onCustom={(text) => form.setValue("customExpiry", text, { shouldValidate: isSubmitted })}
      />
      <p className="text-xs text-soft">
        If the key has leaked, switch to the new key, then revoke the old one right away.
      </p>
    </DialogForm>
  );
}

/** @param ends when the current key stops working */
function RotationTimeline({ target, ends }: { target: KeyView; ends: Date }) {
  return (
    <Timeline
      moments={[
        { when: "Now", what: "You’ll get a new key with the same name. It’s shown only once." },
        {
          when: (
            <span>
              Until <LocalAndUtcTime at={ends} />
            </span>
          ),
          what: "Both keys work, so you can switch without downtime.",
        },
        {
          when: "Then",
          what: (
            <span>
              The current key <Mono>{target.display}</Mono> stops working.
            </span>
          ),
        },
      ]}
    />
  );
}
