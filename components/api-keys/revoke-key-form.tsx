"use client";

import { useForm } from "react-hook-form";

import type { KeyActions, KeyView } from "@/components/api-keys/key-steps";
import { useSubmit } from "@/components/hooks/use-submit";
import { useNow } from "@/components/time/clock";
import { relativeTime } from "@/components/time/relative-time";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { TextField } from "@/components/ui/field";
import { useUnsaved } from "@/components/ui/leave-question";
import { Mono } from "@/components/ui/mono";
import { IN_USE_MS } from "@/lib/api-keys/status";
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
  const inUse = lastUsed !== null && now.getTime() - lastUsed.getTime() < IN_USE_MS;

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
          Whatever uses it will fail as soon as you revoke it.
        </Callout>
      ) : null}
      <p className="break-words">
        <Mono>{target.display}</Mono> <span>stops working immediately. This can’t be undone.</span>
        {target.isOldKey ? <span> The new key that replaced it is not affected.</span> : null}
      </p>
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
