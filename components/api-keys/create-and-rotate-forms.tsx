"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";
import { v4 as uuidv4 } from "uuid";

import { ExpiryField, expiryFieldOf, toExpiryChoice, type ExpiryValues } from "@/components/api-keys/expiry-field";
import { KeyNameField, NAME_RULES } from "@/components/api-keys/key-name-field";
import {
  afterIssue,
  type CreateValues,
  type KeyActions,
  type KeyStep,
  type KeyView,
} from "@/components/api-keys/key-steps";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { LocalAndUtcTime, useNow } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { useUnsaved } from "@/components/ui/leave-question";
import { Mono } from "@/components/ui/mono";
import { overlapEnd } from "@/lib/api-keys/rotation-overlap";

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
      <KeyNameField typed={name} error={errors.name?.message} {...form.register("name", NAME_RULES)} />
      <ExpiryField register={form.register} values={{ expiry, customExpiry }} errors={errors} />
    </DialogForm>
  );
}

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
  const draft = useDraft<ExpiryValues>(`rotate-key ${target.id}`, { expiry: asBefore, customExpiry: "" });
  const form = useForm<ExpiryValues>({ defaultValues: draft.values });
  const [expiry, customExpiry] = form.watch(["expiry", "customExpiry"]);
  useUnsaved(expiry !== asBefore);
  const [attempt] = useState(() => uuidv4());
  const { submit, ...state } = useSubmit(rotate, () => draft.keep(form.getValues()), KEY_OUTCOME);
  const oldEnds = overlapEnd(target.endsAt, now);

  const onSubmit = form.handleSubmit(async (values) => {
    const choice = toExpiryChoice(values);
    if (!choice) return;
    const result = await submit({ keyId: target.id, expiry: choice, attempt });
    if (result?.ok) return onStep(afterIssue(result.data, { expiry: choice }));
    if (result?.fields?.expiry) form.setError(expiryFieldOf(values), { message: result.fields.expiry });
  });

  return (
    <DialogForm label="Rotate" busyLabel="Rotating…" {...state} onSubmit={onSubmit}>
      <ul className="grid list-disc gap-1.5 pl-5">
        <li>You’ll get a new key with the same name. It’s shown only once.</li>
        <li>
          The current key <Mono>{target.display}</Mono> keeps working until{" "}
          <strong className="font-semibold">
            <LocalAndUtcTime at={oldEnds} />
          </strong>
          , then stops.
        </li>
        <li>If the key has leaked, switch to the new key, then revoke the old one right away.</li>
      </ul>
      <ExpiryField
        register={form.register}
        values={{ expiry, customExpiry }}
        errors={form.formState.errors}
        sameLifetime={target.lifetime}
      />
    </DialogForm>
  );
}
