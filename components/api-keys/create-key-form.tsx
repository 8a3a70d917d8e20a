"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";
import { v4 as uuidv4 } from "uuid";

import { ExpiryField, expiryFieldOf, toExpiryChoice } from "@/components/api-keys/expiry-field";
import { afterIssue, type CreateValues, type KeyActions, type KeyStep } from "@/components/api-keys/key-steps";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { TextField } from "@/components/ui/field";
import { useUnsaved } from "@/components/ui/leave-question";
import { Mono } from "@/components/ui/mono";
import { nameProblem } from "@/lib/text/name";

const EMPTY: CreateValues = { name: "", expiry: "never", customExpiry: "" };

/**
 * Name and optional expiry of a new key.
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
  const draft = useDraft("create-key", EMPTY);
  const form = useForm<CreateValues>({ defaultValues: again?.values ?? draft.values });
  const { errors } = form.formState;
  const { submit, ...state } = useSubmit(create, () => draft.keep(form.getValues()), KEY_OUTCOME);
  const [attempt] = useState(() => uuidv4());
  const [name, expiry, customExpiry] = form.watch(["name", "expiry", "customExpiry"]);
  useUnsaved(name !== EMPTY.name || expiry !== EMPTY.expiry);

  const onSubmit = form.handleSubmit(async (values) => {
    const choice = toExpiryChoice(values);
    if (!choice) return;
    const result = await submit({ name: values.name, expiry: choice, attempt });
    if (result?.ok) return onStep(afterIssue(result.data, { values }));
    const refused = result?.fields;
    if (refused?.name) form.setError("name", { message: refused.name }, { shouldFocus: true });
    if (refused?.expiry) form.setError(expiryFieldOf(values), { message: refused.expiry });
  });

  return (
    <DialogForm label="Create" busyLabel="Creating…" {...state} onSubmit={onSubmit}>
      {again ? (
        <Callout tone="info" alert>
          <Mono>{again.revoked}</Mono> is revoked. Create the key again.
        </Callout>
      ) : null}
      <TextField
        label="Name"
        hint="Use one key per integration and name it for that integration, such as Billing export script."
        error={errors.name?.message}
        {...form.register("name", { validate: (typed) => nameProblem(typed) ?? true })}
      />
      <ExpiryField register={form.register} values={{ expiry, customExpiry }} errors={errors} />
    </DialogForm>
  );
}
