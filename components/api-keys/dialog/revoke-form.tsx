"use client";

import { useForm } from "react-hook-form";

import type { KeyActions, KeyView } from "@/components/api-keys/dialog/steps";
import { useSubmit } from "@/components/hooks/use-submit";
import { relativeTime } from "@/components/time/relative-time";
import { useNow } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { TextField } from "@/components/ui/field";
import { useUnsaved } from "@/components/ui/leave-question";
import { isInUse } from "@/lib/api-keys/status";
import { cleanName } from "@/lib/text/name";

/** Warns when the key is in use, and asks for its name before it is revoked. */
export function RevokeKeyForm({
  target,
  revoke,
  onFinish,
}: {
  target: KeyView;
  revoke: KeyActions["revoke"];
  onFinish: (notice: string) => void;
}) {
  const now = useNow();
  const form = useForm({ defaultValues: { typedName: "" } });
  const { submit, ...state } = useSubmit(revoke);
  useUnsaved(form.watch("typedName") !== "");
  const lastUsed = target.lastUsedAt;
  const inUse = lastUsed !== null && isInUse(lastUsed, now);

  const onSubmit = form.handleSubmit(async ({ typedName }) => {
    const result = await submit({ keyId: target.id, typedName });
    // Not revoked: it was revoked elsewhere meanwhile.
    if (result?.ok && !result.data.revoked) return onFinish(`${target.name} was already revoked.`);
    if (result?.ok) return onFinish(`Revoked ${target.name}. It no longer works.`);
    const message = result?.fields?.typedName;
    if (message) form.setError("typedName", { message }, { shouldFocus: true });
  });

  return (
    <DialogForm label="Revoke" busyLabel="Revoking…" look="danger" {...state} onSubmit={onSubmit}>
      {inUse ? (
        <Callout tone="warn">
          <strong className="font-semibold">{`Actively in use, last used ${relativeTime(lastUsed, now)}.`}</strong>{" "}
          <span>Whatever uses it will fail as soon as you revoke it. This can’t be undone.</span>
        </Callout>
      ) : (
        <p>It stops working immediately. This can’t be undone.</p>
      )}
      {target.isOldKey ? <p className="text-soft">The new key that replaced it isn’t affected.</p> : null}
      <TextField
        label={
          <>
            <span>To confirm, type</span>{" "}
            <strong translate="no" className="font-semibold whitespace-pre-wrap">
              <bdi>{target.name}</bdi>
            </strong>
          </>
        }
        error={form.formState.errors.typedName?.message}
        spellCheck={false}
        {...form.register("typedName", {
          validate: (typed) => cleanName(typed) === target.name || "The name doesn’t match.",
        })}
      />
    </DialogForm>
  );
}
