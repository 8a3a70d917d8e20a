"use client";

import { useForm } from "react-hook-form";

import type { KeyView } from "@/components/api-keys/key-view";
import { FormFooter } from "@/components/ui/form-footer";
import { useUnsaved } from "@/components/ui/leave-question";
import { useSubmit } from "@/components/hooks/use-submit";
import { Callout } from "@/components/ui/callout";
import { useNow } from "@/components/time/clock";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { relativeTime } from "@/components/time/relative-time";
import type { ActionResult } from "@/lib/auth/action-result";
import { cleanName } from "@/lib/text/name";
import type { RevokeKeyInput } from "@/lib/api-keys/schemas";
import { IN_USE_MS } from "@/lib/api-keys/status";

/** Names the key, warns when it is in use, and asks for its name before it is ended for good. */
export function RevokeKeyForm({
  target,
  revoke,
  onRevoked,
  onCancel,
  onBusy,
}: {
  target: KeyView;
  revoke: (input: RevokeKeyInput) => Promise<ActionResult<{ revoked: boolean }>>;
  onRevoked: (revoked: boolean) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const now = useNow();
  const form = useForm({ defaultValues: { typedName: "" } });
  const { submit, busy, problem } = useSubmit(revoke, onBusy);
  useUnsaved(form.watch("typedName") !== "");
  const lastUsed = target.lastUsedAt ? new Date(target.lastUsedAt) : null;
  const inUse = lastUsed !== null && now.getTime() - lastUsed.getTime() < IN_USE_MS;

  const onSubmit = form.handleSubmit(async ({ typedName }) => {
    const result = await submit({ keyId: target.id, typedName });
    if (result?.ok) onRevoked(result.data.revoked);
    else if (result?.fields?.typedName) {
      form.setError("typedName", { message: result.fields.typedName }, { shouldFocus: true });
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
      {inUse ? (
        <Callout tone="warn">
          <strong className="font-semibold">{`Actively in use, last used ${relativeTime(lastUsed, now)}.`}</strong>{" "}
          Whatever uses it will fail as soon as you revoke it.
        </Callout>
      ) : null}
      <p className="break-words">
        <code translate="no" className="font-mono text-xs">
          {target.display}
        </code>{" "}
        <span>stops working immediately. This can’t be undone.</span>
        {target.isOldKey ? <span> The new key that replaced it is not affected.</span> : null}
      </p>
      <Field
        label="Name"
        hint={
          <>
            <span>To confirm, type</span>{" "}
            <strong translate="no" className="font-semibold [overflow-wrap:anywhere] whitespace-pre-wrap text-ink">
              <bdi>{target.name}</bdi>
            </strong>
            <span>.</span>
          </>
        }
        error={form.formState.errors.typedName?.message}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            autoComplete="off"
            spellCheck={false}
            className={inputClass}
            {...form.register("typedName", {
              validate: (typed) => cleanName(typed) === target.name || "The name doesn’t match.",
            })}
          />
        )}
      </Field>
      <FormFooter
        label="Revoke"
        busyLabel="Revoking…"
        look="danger"
        busy={busy}
        problem={problem}
        onCancel={onCancel}
      />
    </form>
  );
}
