"use client";

import { useForm } from "react-hook-form";

import { ExpiryField, toExpiryChoice, type ExpiryValues } from "@/components/api-keys/expiry-field";
import { FormEnd } from "@/components/ui/form-end";
import { useSubmit } from "@/components/ui/use-submit";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import type { ActionResult } from "@/lib/action-result";
import { nameProblem } from "@/lib/keys/name";
import type { CreateKeyInput } from "@/lib/keys/schemas";
import type { Issued } from "@/components/api-keys/key-view";

interface Values extends ExpiryValues {
  name: string;
}

/** Name and optional expiry of a new key. */
export function CreateKeyForm({
  create,
  onCreated,
  onCancel,
  onBusy,
}: {
  create: (input: CreateKeyInput) => Promise<ActionResult<Issued>>;
  onCreated: (issued: Issued) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const form = useForm<Values>({ defaultValues: { name: "", expiry: "never", customExpiry: "" } });
  const { errors } = form.formState;
  const { submit, busy, problem } = useSubmit(create, onBusy);

  const onSubmit = form.handleSubmit(async (values) => {
    const expiry = toExpiryChoice(values);
    if (!expiry) return;
    const result = await submit({ name: values.name, expiry });
    if (result?.ok) onCreated(result.data);
    else if (result?.fields) {
      const { name, expiry: expiryMessage } = result.fields;
      if (name) form.setError("name", { message: name }, { shouldFocus: true });
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
              validate: (name) => nameProblem(name) ?? true,
            })}
          />
        )}
      </Field>
      <ExpiryField
        register={form.register}
        values={{ expiry: form.watch("expiry"), customExpiry: form.watch("customExpiry") }}
        errors={errors}
      />
      <FormEnd label="Create" busyLabel="Creating…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
