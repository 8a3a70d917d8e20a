"use client";

import type { ReactNode } from "react";

import { useSubmit } from "@/components/hooks/use-submit";
import { confirmChange, type ConfirmedKind, type MemberActions, type Outcome } from "@/components/members/member-steps";
import type { MemberView } from "@/components/members/member-view";
import type { ButtonLook } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DialogForm, type DialogFormProps } from "@/components/ui/dialog-form";

interface Confirmation {
  readonly label: string;
  readonly busyLabel: string;
  readonly look?: ButtonLook;
  /** What the change does. */
  readonly text: (target: MemberView) => ReactNode;
}

const CONFIRMATIONS: Readonly<Record<ConfirmedKind, Confirmation>> = {
  renew: {
    label: "Create a new link",
    busyLabel: "Creating…",
    text: () => <p>The previous link stops working. The new one works once and expires in 7 days.</p>,
  },
  remove: {
    label: "Remove",
    busyLabel: "Removing…",
    look: "danger",
    text: (target) => <RemovalText target={target} />,
  },
  restore: {
    label: "Restore",
    busyLabel: "Restoring…",
    text: ({ role }) => (
      <p>
        They can sign in again, with the <strong className="font-semibold">{role}</strong> role they had.
      </p>
    ),
  },
  sessions: {
    label: "End sessions",
    busyLabel: "Ending…",
    text: () => (
      <p>
        They’re signed out of every browser, from its next request. They stay a member and can sign in again. API keys
        they created keep working.
      </p>
    ),
  },
};

/** Explains a change to a member, and makes it once confirmed. */
export function ConfirmForm({
  kind,
  target,
  actions,
  onDone,
  onCancel,
  onBusy,
}: DialogFormProps & {
  kind: ConfirmedKind;
  target: MemberView;
  actions: MemberActions;
  onDone: (outcome: Outcome) => void;
}) {
  const { text, ...buttons } = CONFIRMATIONS[kind];
  const { submit, ...state } = useSubmit(() => confirmChange(kind, target, actions), onBusy);
  const onSubmit = async () => {
    const result = await submit(undefined);
    if (result?.ok) onDone(result.data);
  };
  return (
    <DialogForm {...buttons} {...state} onSubmit={onSubmit} onCancel={onCancel}>
      <div className="grid gap-2 break-words">{text(target)}</div>
    </DialogForm>
  );
}

function RemovalText({ target }: { target: MemberView }) {
  if (target.status === "invited") return <p>The invitation is withdrawn. You can restore it later.</p>;
  return (
    <>
      {target.isSelf ? (
        <Callout tone="warn">This is you. You’ll be signed out, and only another admin can let you back in.</Callout>
      ) : null}
      <p>
        They’re signed out everywhere, from their next request. API keys they created keep working. You can restore them
        later.
      </p>
    </>
  );
}
