"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";
import { v4 as uuidv4 } from "uuid";

import { DescribingFields } from "@/components/api-keys/dialog/describing-fields";
import { ExpiryField, expiryFieldOf, toExpiryChoice } from "@/components/api-keys/dialog/expiry-field";
import { LimitFields, NO_LIMITS } from "@/components/api-keys/dialog/limit-fields";
import { KeyNameField, NAME_RULES } from "@/components/api-keys/dialog/name-field";
import { afterIssue, type CreateValues, type KeyActions, type KeyStep } from "@/components/api-keys/dialog/steps";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { useUnsaved } from "@/components/ui/leave-question";
import { Mono } from "@/components/ui/mono";

const EMPTY: CreateValues = { name: "", expiry: "never", customExpiry: "", owner: "", note: "", ...NO_LIMITS };

/**
 * Name of a new key; optional expiry, owner, note and limits.
 * @param again after the key of an earlier attempt was lost and revoked: what was typed then, and the revoked key as displayed
 */
export function CreateKeyForm({
  create,
  again,
  onStep,
}: {
  create: KeyActions["create"];
  again: { values: CreateValues; revoked: string } | undefined;
  onStep: (next: KeyStep) => void;
}) {
  const [fresh] = useState(() => uuidv4());
  // A fresh sign-in between two tries of one form must not make two keys (docs/decisions/041).
  const draft = useDraft("create-key", { ...(again?.values ?? EMPTY), attempt: fresh });
  const { attempt, ...start } = draft.values;
  const form = useForm<CreateValues>({ defaultValues: start });
  const { errors } = form.formState;
  const { submit, ...state } = useSubmit(create, () => draft.keep({ ...form.getValues(), attempt }), KEY_OUTCOME);
  const typed = form.watch();
  const { name, expiry, customExpiry } = typed;
  useUnsaved(
    (["name", "expiry", "owner", "note", "readOnly", "networks"] as const).some(
      (field) => typed[field] !== EMPTY[field],
    ),
  );

  const onSubmit = form.handleSubmit(async (values) => {
    const choice = toExpiryChoice(values);
    if (!choice) return;
    const { name, owner, note, readOnly, networks } = values;
    const result = await submit({ name, owner, note, readOnly, networks, expiry: choice, attempt });
    if (result?.ok) return onStep(afterIssue(result.data, { values }));
    const refused = result?.fields;
    for (const field of ["networks", "note", "owner", "name"] as const) {
      const message = refused?.[field];
      if (message) form.setError(field, { message }, { shouldFocus: true });
    }
    if (refused?.expiry) form.setError(expiryFieldOf(values), { message: refused.expiry });
  });

  return (
    <DialogForm label="Create" busyLabel="Creating…" {...state} onSubmit={onSubmit}>
      {again ? (
        <Callout tone="info" alert>
          <Mono>{again.revoked}</Mono> is revoked. Create the key again.
        </Callout>
      ) : null}
      <KeyNameField typed={name} error={errors.name?.message} {...form.register("name", NAME_RULES)} />
      <ExpiryField
        register={form.register}
        values={{ expiry, customExpiry }}
        errors={errors}
        onCustom={(text) => form.setValue("customExpiry", text, { shouldValidate: form.formState.isSubmitted })}
      />
      <DescribingFields register={form.register} errors={errors} />
      <LimitFields register={form.register} errors={errors} />
    </DialogForm>
  );
}
