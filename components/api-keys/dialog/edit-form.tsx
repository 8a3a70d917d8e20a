"use client";

import { useForm } from "react-hook-form";

import { DescribingFields } from "@/components/api-keys/dialog/describing-fields";
import { KeyNameField, NAME_RULES } from "@/components/api-keys/dialog/name-field";
import type { KeyActions, KeyView } from "@/components/api-keys/dialog/steps";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { DialogForm } from "@/components/ui/dialog-form";
import { useUnsaved } from "@/components/ui/leave-question";

/** What is typed into the form. */
interface Values {
  name: string;
  owner: string;
  note: string;
}

const FIELDS = ["name", "owner", "note"] as const;

/** Name, owner and note of a key. Only what was changed is sent: another admin may have changed the rest. */
export function EditKeyForm({
  target,
  update,
  onFinish,
}: {
  target: KeyView;
  update: KeyActions["update"];
  onFinish: (notice: string) => void;
}) {
  const before: Values = { name: target.name, owner: target.owner?.email ?? "", note: target.note ?? "" };
  const draft = useDraft(`edit-key ${target.id}`, before);
  const form = useForm<Values>({ defaultValues: draft.values });
  const { errors } = form.formState;
  const { submit, ...state } = useSubmit(update, () => draft.keep(form.getValues()));
  const typed = form.watch();
  const changed = FIELDS.filter((field) => typed[field] !== before[field]);
  useUnsaved(changed.length > 0);

  const onSubmit = form.handleSubmit(async (values) => {
    if (changed.length === 0) return onFinish("");
    const patch = Object.fromEntries(changed.map((field) => [field, values[field]]));
    const result = await submit({ keyId: target.id, ...patch });
    if (result?.ok) return onFinish(`Saved ${values.name.trim()}.`);
    for (const field of FIELDS) {
      const message = result?.fields?.[field];
      if (message) form.setError(field, { message }, { shouldFocus: true });
    }
  });

  return (
    <DialogForm label="Save" busyLabel="Saving…" {...state} onSubmit={onSubmit}>
      <KeyNameField
        typed={typed.name}
        error={errors.name?.message}
        keyId={target.id}
        {...form.register("name", NAME_RULES)}
      />
      <DescribingFields register={form.register} errors={errors} />
    </DialogForm>
  );
}
