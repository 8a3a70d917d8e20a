"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";
import { v4 as uuidv4 } from "uuid";

import { ExpiryField, toExpiryChoice, type ExpiryValues } from "@/components/api-keys/expiry-field";
import type { Issued, KeyView } from "@/components/api-keys/key-view";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { useDraft } from "@/components/hooks/use-draft";
import { FormFooter } from "@/components/ui/form-footer";
import { useUnsaved } from "@/components/ui/leave-question";
import { useSubmit } from "@/components/hooks/use-submit";
import { useNow } from "@/components/time/clock";
import { LocalAndUtcTime } from "@/components/time/time";
import type { ActionResult } from "@/lib/auth/action-result";
import type { ExpiryChoice } from "@/lib/api-keys/expiry";
import type { IssuedOnce } from "@/lib/api-keys/issue-once";
import type { RotateKeyInput } from "@/lib/api-keys/schemas";
import type { LostKey } from "@/lib/api-keys/service";
import { graceEnd } from "@/lib/api-keys/status";

/**
 * Says what a rotation does, lets the new key's expiry be changed, and asks for the go-ahead.
 * @param onLost told when an earlier try of this form made the new key into an answer that never arrived
 */
export function RotateKeyForm({
  target,
  rotate,
  onRotated,
  onLost,
  onCancel,
  onBusy,
}: {
  target: KeyView;
  rotate: (input: RotateKeyInput) => Promise<ActionResult<IssuedOnce<Issued>>>;
  onRotated: (issued: Issued) => void;
  onLost: (lost: LostKey, expiry: ExpiryChoice) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const now = useNow();
  const asBefore = target.lifetime === null ? "never" : "same";
  const draft = useDraft<ExpiryValues>(`rotate-key ${target.id}`, { expiry: asBefore, customExpiry: "" });
  const form = useForm<ExpiryValues>({ defaultValues: draft.values });
  const expiry = form.watch("expiry");
  useUnsaved(expiry !== asBefore);
  const [attempt] = useState(() => uuidv4());
  const { submit, busy, problem } = useSubmit(rotate, onBusy, () => draft.keep(form.getValues()), KEY_OUTCOME);
  const oldEnds = graceEnd(target.expiresAt ? new Date(target.expiresAt) : null, now).toISOString();

  const onSubmit = form.handleSubmit(async (values) => {
    const choice = toExpiryChoice(values);
    if (!choice) return;
    const result = await submit({ keyId: target.id, expiry: choice, attempt });
    if (result?.ok) {
      if ("issued" in result.data) onRotated(result.data.issued);
      else onLost(result.data.lost, choice);
    } else if (result?.fields?.expiry) {
      form.setError(values.expiry === "custom" ? "customExpiry" : "expiry", { message: result.fields.expiry });
    }
  });

  return (
    <form
      noValidate
      onSubmit={(event) => {
        void onSubmit(event);
      }}
      className="grid gap-4"
    >
      <ul className="grid list-disc gap-1.5 pl-5">
        <li>You’ll get a new key with the same name. It’s shown only once.</li>
        <li>
          The current key{" "}
          <code translate="no" className="font-mono text-xs">
            {target.display}
          </code>{" "}
          keeps working until{" "}
          <strong className="font-semibold">
            <LocalAndUtcTime at={oldEnds} />
          </strong>
          , then stops.
        </li>
        <li>If the key has leaked, switch to the new key, then revoke the old one right away.</li>
      </ul>
      <ExpiryField
        register={form.register}
        values={{ expiry, customExpiry: form.watch("customExpiry") }}
        errors={form.formState.errors}
        sameLifetime={target.lifetime}
      />
      <FormFooter label="Rotate" busyLabel="Rotating…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
