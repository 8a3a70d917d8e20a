"use client";

import { useState } from "react";
import { useForm } from "react-hook-form";
import { v4 as uuidv4 } from "uuid";

import { CreateKeyForm, RotateKeyForm } from "@/components/api-keys/create-and-rotate-forms";
import { EditKeyForm } from "@/components/api-keys/edit-form";
import { FirstUse } from "@/components/api-keys/first-use";
import {
  afterIssue,
  stepTitle,
  type IssuedKeyView,
  type KeyActions,
  type KeyStep,
  type KeyView,
  type LostStep,
} from "@/components/api-keys/key-steps";
import { RevokeSelectedForm } from "@/components/api-keys/selection/revoke-selected-form";
import { KEY_OUTCOME } from "@/components/browser/action-failure";
import type { Leaving } from "@/components/hooks/use-list-dialog";
import { useSubmit } from "@/components/hooks/use-submit";
import { relativeTime } from "@/components/time/relative-time";
import { LocalAndUtcTime, LocalTime, useNow } from "@/components/time/time";
import { Callout } from "@/components/ui/callout";
import { CopyOnceField } from "@/components/ui/copy-once-field";
import { Dialog, DoneButton } from "@/components/ui/dialog";
import { DialogForm } from "@/components/ui/dialog-form";
import { TextField } from "@/components/ui/field";
import { useLoss, useUnsaved, type Loss } from "@/components/ui/leave-question";
import { Mono } from "@/components/ui/mono";
import { isInUse } from "@/lib/api-keys/status";
import { cleanName } from "@/lib/text/name";

interface Props {
  readonly actions: KeyActions;
  readonly leaving: Leaving;
  readonly onStep: (next: KeyStep) => void;
  /** Closes the dialog, with a notice. */
  readonly onFinish: (notice: string) => void;
}

/** The one dialog of the keys page. All its steps are one piece of code: a key that is shown only once must not wait for more. */
export function KeyDialog({ step, ...props }: Props & { step: KeyStep | null }) {
  const { leaving } = props;
  return (
    <Dialog
      open={step !== null}
      title={step ? stepTitle(step) : ""}
      face={step?.kind}
      onClose={leaving.onClose}
      leaving={leaving}
    >
      {step ? <Step step={step} {...props} /> : null}
    </Dialog>
  );
}

function Step({ step, actions, onStep, onFinish }: Props & { step: KeyStep }) {
  switch (step.kind) {
    case "create":
      return <CreateKeyForm create={actions.create} again={step.again} onStep={onStep} />;
    case "rotate":
      return <RotateKeyForm rotate={actions.rotate} target={step.target} onStep={onStep} />;
    case "lost":
      // A replacement can get lost too: the next one is a form of its own, with its own attempt.
      return <LostKeyForm key={step.lost.id} actions={actions} step={step} onStep={onStep} />;
    case "revoke":
      return <RevokeKeyForm revoke={actions.revoke} target={step.target} onFinish={onFinish} />;
    case "revoke-selected":
      return <RevokeSelectedForm {...step} actions={actions} onFinish={onFinish} />;
    case "edit":
      return <EditKeyForm target={step.target} update={actions.update} onFinish={onFinish} />;
    case "reveal":
      return <RevealKey issued={step.issued} />;
  }
}

/** Warns when the key is in use, and asks for its name before it is revoked. */
function RevokeKeyForm({
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

const STILL_WORKS: Loss = {
  title: "The key nobody has seen still works.",
  text: "It stays in the list until you revoke it there, and what you typed or chose is gone. Close anyway?",
};

/**
 * Says that a key exists whose plaintext nobody has, and gets rid of it: after creating, it is revoked before another is
 * created; after rotating, it is replaced by one more, so that the rotation still ends with a key in hand.
 */
function LostKeyForm({
  step,
  actions,
  onStep,
}: {
  step: LostStep;
  actions: KeyActions;
  onStep: (next: KeyStep) => void;
}) {
  const { lost } = step;
  const [attempt] = useState(() => uuidv4());
  const { submit: revoke, ...revoking } = useSubmit(actions.revoke);
  const { submit: replace, ...replacing } = useSubmit(actions.rotate, undefined, KEY_OUTCOME);
  useLoss(STILL_WORKS);

  const facts = (
    <Callout tone="warn">
      Your first try worked, but its response never reached you. Nobody has seen <Mono>{lost.display}</Mono> (created{" "}
      <LocalTime at={lost.createdAt} />
      ), and it can’t be shown again.
    </Callout>
  );

  if ("values" in step) {
    const onSubmit = async () => {
      const result = await revoke({ keyId: lost.id, typedName: lost.name });
      if (result?.ok) onStep({ kind: "create", again: { values: step.values, revoked: lost.display } });
    };
    return (
      <DialogForm label="Revoke it" busyLabel="Revoking…" look="danger" {...revoking} onSubmit={onSubmit}>
        {facts}
        <p>Revoke it, then create the key again. What you typed is kept.</p>
      </DialogForm>
    );
  }
  const onSubmit = async () => {
    const result = await replace({ keyId: lost.id, expiry: step.expiry, attempt, lost: true });
    if (result?.ok) onStep(afterIssue(result.data, { expiry: step.expiry }));
  };
  return (
    <DialogForm label="Replace it" busyLabel="Replacing…" {...replacing} onSubmit={onSubmit}>
      {facts}
      <p>
        <span>Replace it: you’ll get another new key, and the one nobody has seen is revoked.</span>{" "}
        {lost.oldKeyWorksUntil ? (
          <span>
            The old key works until <LocalTime at={lost.oldKeyWorksUntil} />.
          </span>
        ) : null}
      </p>
    </DialogForm>
  );
}

const NOT_COPIED: Loss = {
  title: "You haven’t copied this key.",
  text: "You won’t see it again. Close anyway?",
};

/** Shows a key, once. */
function RevealKey({ issued }: { issued: IssuedKeyView }) {
  return (
    <div className="grid gap-4">
      <Callout tone="warn">
        Copy this key now and store it somewhere safe. It’s shown only once and can’t be recovered.
      </Callout>
      <CopyOnceField
        label="API key"
        noun="key"
        value={issued.key}
        formats={[
          { label: "NEO_API_KEY=…", text: `NEO_API_KEY=${issued.key}` },
          {
            label: "curl",
            text: `curl ${window.location.origin}/public-api/me -H "Authorization: Bearer ${issued.key}"`,
          },
        ]}
        loss={NOT_COPIED}
      />
      <ul className="grid gap-1 text-xs text-soft">
        {issued.expiresAt ? (
          <li>
            Stops working on <LocalAndUtcTime at={issued.expiresAt} />.
          </li>
        ) : (
          <li>Never expires.</li>
        )}
        {issued.oldKeyWorksUntil ? (
          <li>
            The old key works until <LocalAndUtcTime at={issued.oldKeyWorksUntil} />.
          </li>
        ) : null}
      </ul>
      <FirstUse keyId={issued.id} />
      <DoneButton />
    </div>
  );
}
