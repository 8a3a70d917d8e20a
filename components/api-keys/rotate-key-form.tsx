"use client";

import { useForm } from "react-hook-form";

import { ExpiryField, toExpiryChoice, type ExpiryValues } from "@/components/api-keys/expiry-field";
import type { Issued, KeyView } from "@/components/api-keys/key-view";
import { FormEnd } from "@/components/ui/form-end";
import { useSubmit } from "@/components/ui/use-submit";
import { useNow } from "@/components/ui/clock";
import { LocalAndUtcTime } from "@/components/ui/moment";
import type { ActionResult } from "@/lib/action-result";
import type { RotateKeyInput } from "@/lib/keys/schemas";
import { graceEnd } from "@/lib/keys/status";

/** Says what a rotation does, lets the new key's expiry be changed, and asks for the go-ahead. */
export function RotateKeyForm({
  target,
  rotate,
  onRotated,
  onCancel,
  onBusy,
}: {
  target: KeyView;
  rotate: (input: RotateKeyInput) => Promise<ActionResult<Issued>>;
  onRotated: (issued: Issued) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const now = useNow();
  const form = useForm<ExpiryValues>({
    defaultValues: { expiry: target.lifetime === null ? "never" : "same", customExpiry: "" },
  });
  const { submit, busy, problem } = useSubmit(rotate, onBusy);
  const oldEnds = graceEnd(target.expiresAt ? new Date(target.expiresAt) : null, now).toISOString();

  const onSubmit = form.handleSubmit(async (values) => {
    const expiry = toExpiryChoice(values);
    if (!expiry) return;
    const result = await submit({ keyId: target.id, expiry });
    if (result?.ok) onRotated(result.data);
    else if (result?.fields?.expiry) {
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
        <li>You get a new key with the same name now. It is shown once.</li>
        <li>
          The current key <code className="font-mono text-xs">{target.display}</code> keeps working until{" "}
          <strong className="font-semibold">
            <LocalAndUtcTime at={oldEnds} />
          </strong>
          , then stops.
        </li>
        <li>Has it leaked? Put the new key in place, then revoke the current one without waiting.</li>
      </ul>
      <ExpiryField
        register={form.register}
        values={{ expiry: form.watch("expiry"), customExpiry: form.watch("customExpiry") }}
        errors={form.formState.errors}
        sameLifetime={target.lifetime}
      />
      <FormEnd label="Rotate" busyLabel="Rotating…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
