"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";

import { DescribingFields } from "@/components/api-keys/dialog/describing-fields";
import { LimitFields, type LimitValues, SuggestNetworks } from "@/components/api-keys/dialog/limit-fields";
import { KeyNameField, NAME_RULES } from "@/components/api-keys/dialog/name-field";
import { exclusionText, fetchNetworkUse } from "@/components/api-keys/dialog/network-use-texts";
import type { KeyActions, KeyView } from "@/components/api-keys/dialog/steps";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { useUnsaved } from "@/components/ui/leave-question";
import type { UpdateKeyInput } from "@/lib/api-keys/schemas";

/** What is typed into the form. */
interface Values extends LimitValues {
  name: string;
  owner: string;
  note: string;
}

const FIELDS = ["name", "owner", "note", "readOnly", "networks"] as const;

/** Nothing was sent: the form asks first. */
const ASKS = { ok: false, code: "UNPROCESSABLE", message: "", fields: {} } as const;

/** What the networks would refuse of recent use, as far as that is known; null for nothing. */
async function doubtAbout(keyId: string, networks: string): Promise<string | null> {
  try {
    return exclusionText(await fetchNetworkUse(keyId, networks));
  } catch {
    return "We couldn’t check whether these networks cover where this key was used in the last 30 days.";
  }
}

/** Saves a key, but asks first where its new networks would refuse recent use. @returns also what to ask, and for which networks */
function useCarefulUpdate(keyId: string, update: KeyActions["update"]) {
  const [doubt, setDoubt] = useState<{ readonly networks: string; readonly text: string } | null>(null);
  const save: KeyActions["update"] = async (input: UpdateKeyInput) => {
    const { networks = "" } = input;
    if (networks.trim() !== "" && doubt?.networks !== networks) {
      const text = await doubtAbout(keyId, networks);
      if (text !== null) {
        setDoubt({ networks, text });
        return ASKS;
      }
    }
    return update(input);
  };
  return { save, doubt };
}

/** Name, owner, note and limits of a key. Only what was changed is sent: another admin may have changed the rest. */
export function EditKeyForm({
  target,
  update,
  onFinish,
}: {
  target: KeyView;
  update: KeyActions["update"];
  onFinish: (notice: string) => void;
}) {
  const { readOnly } = target;
  const before: Values = {
    ...{ name: target.name, owner: target.owner?.email ?? "", note: target.note ?? "" },
    ...{ readOnly, networks: target.networks.join("\n") },
  };
  const draft = useDraft(`edit-key ${target.id}`, before);
  const form = useForm<Values>({ defaultValues: draft.values });
  const { errors } = form.formState;
  const { save, doubt } = useCarefulUpdate(target.id, update);
  const { submit, ...state } = useSubmit(save, () => draft.keep(form.getValues()));
  const typed = form.watch();
  const changed = FIELDS.filter((field) => typed[field] !== before[field]);
  useUnsaved(changed.length > 0);
  const isDoubtful = doubt !== null && doubt.networks === typed.networks;

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
  const add = (networks: readonly string[]) => {
    const lines = [form.getValues("networks").trim(), ...networks].filter(Boolean);
    form.setValue("networks", lines.join("\n"), { shouldValidate: form.formState.isSubmitted });
  };

  return (
    <DialogForm label={isDoubtful ? "Save anyway" : "Save"} busyLabel="Saving…" {...state} onSubmit={onSubmit}>
      <KeyNameField
        typed={typed.name}
        error={errors.name?.message}
        keyId={target.id}
        {...form.register("name", NAME_RULES)}
      />
      <DescribingFields register={form.register} errors={errors} />
      <LimitFields register={form.register} errors={errors} />
      <SuggestNetworks keyId={target.id} typed={typed.networks} onAdd={add} />
      {isDoubtful ? (
        <Callout tone="warn" alert>
          {doubt.text}
        </Callout>
      ) : null}
    </DialogForm>
  );
}
