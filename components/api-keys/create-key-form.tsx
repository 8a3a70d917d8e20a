"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";
import { v4 as uuidv4 } from "uuid";

import { ExpiryField, toExpiryChoice, type ExpiryValues } from "@/components/api-keys/expiry-field";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { Callout } from "@/components/ui/callout";
import { useDraft } from "@/components/hooks/use-draft";
import { FormFooter } from "@/components/ui/form-footer";
import { useUnsaved } from "@/components/ui/leave-question";
import { useSubmit } from "@/components/hooks/use-submit";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import type { ActionResult } from "@/lib/auth/action-result";
import type { IssuedOnce } from "@/lib/api-keys/issue-once";
import { nameProblem } from "@/lib/text/name";
import type { CreateKeyInput } from "@/lib/api-keys/schemas";
import type { LostKey } from "@/lib/api-keys/service";
import type { Issued } from "@/components/api-keys/key-view";

const EMPTY: CreateValues = { name: "", expiry: "never", customExpiry: "" };

/** What the form is filled in with. */
export interface CreateValues extends ExpiryValues {
  name: string;
}

/**
 * Name and optional expiry of a new key.
 * @param again after the key of an earlier try was lost and revoked: what was typed then, and the revoked key as displayed
 * @param onLost told when an earlier try of this form made a key into an answer that never arrived
 */
export function CreateKeyForm({
  create,
  again,
  onCreated,
  onLost,
  onCancel,
  onBusy,
}: {
  create: (input: CreateKeyInput) => Promise<ActionResult<IssuedOnce<Issued>>>;
  again: { values: CreateValues; revoked: string } | undefined;
  onCreated: (issued: Issued) => void;
  onLost: (lost: LostKey, values: CreateValues) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const draft = useDraft("create-key", EMPTY);
  const form = useForm<CreateValues>({ defaultValues: again?.values ?? draft.values });
  const { errors } = form.formState;
  const { submit, busy, problem } = useSubmit(create, onBusy, () => draft.keep(form.getValues()), KEY_OUTCOME);
  const [attempt] = useState(() => uuidv4());
  const [name, expiry] = form.watch(["name", "expiry"]);
  useUnsaved(name !== EMPTY.name || expiry !== EMPTY.expiry);

  const onSubmit = form.handleSubmit(async (values) => {
    const choice = toExpiryChoice(values);
    if (!choice) return;
    const result = await submit({ name: values.name, expiry: choice, attempt });
    if (result?.ok) {
      if ("issued" in result.data) onCreated(result.data.issued);
      else onLost(result.data.lost, values);
    } else if (result?.fields) {
      const { name: nameMessage, expiry: expiryMessage } = result.fields;
      if (nameMessage) form.setError("name", { message: nameMessage }, { shouldFocus: true });
      if (expiryMessage)
        form.setError(values.expiry === "custom" ? "customExpiry" : "expiry", { message: expiryMessage });
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
      {again ? (
        <Callout tone="info" alert>
          <code translate="no" className="font-mono text-xs">
            {again.revoked}
          </code>{" "}
          is revoked. Create the key again.
        </Callout>
      ) : null}
      <Field
        label="Name"
        hint="Use one key per integration and name it for that integration, such as Billing export script."
        error={errors.name?.message}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            autoComplete="off"
            className={inputClass}
            {...form.register("name", {
              validate: (typed) => nameProblem(typed) ?? true,
            })}
          />
        )}
      </Field>
      <ExpiryField
        register={form.register}
        values={{ expiry, customExpiry: form.watch("customExpiry") }}
        errors={errors}
      />
      <FormFooter label="Create" busyLabel="Creating…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
