"use client";

import type { ReactNode } from "react";
import { useForm } from "react-hook-form";

import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import {
  afterInvite,
  type ConfirmedKind,
  type MemberActions,
  type MemberView,
  type Outcome,
} from "@/components/members/member-steps";
import { RoleField } from "@/components/members/role-field";
import type { ButtonLook } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { useUnsaved } from "@/components/ui/leave-question";
import type { ActionResult } from "@/lib/auth/action-result";
import type { MemberInput } from "@/lib/members/schemas";

interface Confirmation {
  readonly label: string;
  readonly busyLabel: string;
  readonly look?: ButtonLook;
  /** What the change does. */
  readonly text: (target: MemberView) => ReactNode;
  /** Makes the change. @returns what follows it, or why it was refused */
  readonly change: (actions: MemberActions, input: MemberInput, name: string) => Promise<ActionResult<Outcome>>;
}

async function withOutcome<Data>(
  response: Promise<ActionResult<Data>>,
  outcome: (data: Data) => Outcome,
): Promise<ActionResult<Outcome>> {
  const result = await response;
  return result.ok ? { ok: true, data: outcome(result.data) } : result;
}

const CONFIRMATIONS: Readonly<Record<ConfirmedKind, Confirmation>> = {
  renew: {
    label: "Create a new link",
    busyLabel: "Creating…",
    text: () => <p>The previous link stops working. The new one works once and expires in 7 days.</p>,
    change: ({ renew }, input) => withOutcome(renew(input), afterInvite),
  },
  remove: {
    label: "Remove",
    busyLabel: "Removing…",
    look: "danger",
    text: (target) => <RemovalText target={target} />,
    change: ({ remove }, input, name) =>
      withOutcome(remove(input), ({ changed }) => (changed ? `Removed ${name}.` : `${name} was already removed.`)),
  },
  restore: {
    label: "Restore",
    busyLabel: "Restoring…",
    text: ({ role }) => (
      <p>
        They can sign in again, with the <strong className="font-semibold">{role}</strong> role they had.
      </p>
    ),
    change: ({ restore }, input, name) =>
      withOutcome(restore(input), ({ changed }) => (changed ? `Restored ${name}.` : `${name} was already restored.`)),
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
    change: ({ endSessions }, input, name) =>
      withOutcome(endSessions(input), ({ ended }) =>
        ended > 0 ? `Ended all sessions of ${name}.` : `${name} was not signed in anywhere.`,
      ),
  },
};

/** Explains a change to a member, and makes it once confirmed. */
export function ConfirmForm({
  kind,
  target,
  actions,
  onDone,
}: {
  kind: ConfirmedKind;
  target: MemberView;
  actions: MemberActions;
  onDone: (outcome: Outcome) => void;
}) {
  const { text, change, ...buttons } = CONFIRMATIONS[kind];
  const { submit, ...state } = useSubmit((input: MemberInput) => change(actions, input, target.name));
  const onSubmit = async () => {
    const result = await submit({ memberId: target.id });
    if (result?.ok) onDone(result.data);
  };
  return (
    <DialogForm {...buttons} {...state} onSubmit={onSubmit}>
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

/** Chooses another role for a member. */
export function RoleForm({
  target,
  changeRole,
  onDone,
}: {
  target: MemberView;
  changeRole: MemberActions["changeRole"];
  onDone: (notice: string) => void;
}) {
  const draft = useDraft(`change-role ${target.id}`, { role: target.role });
  const form = useForm({ defaultValues: draft.values });
  const { submit, ...state } = useSubmit(changeRole, () => draft.keep(form.getValues()));
  const role = form.watch("role");
  useUnsaved(role !== target.role);
  const onSubmit = form.handleSubmit(async (values) => {
    const result = await submit({ memberId: target.id, role: values.role });
    if (result?.ok) onDone(`${target.name} ${result.data.changed ? "is now" : "was already"} ${values.role}.`);
  });
  return (
    <DialogForm label="Change role" busyLabel="Changing…" {...state} onSubmit={onSubmit}>
      <RoleField isFirst {...form.register("role")} />
      {target.isSelf && role !== "Admin" ? (
        <Callout tone="warn">
          This is you. You’ll lose access to this page until another admin changes your role back.
        </Callout>
      ) : (
        <p className="text-soft">
          {role === target.role
            ? "This is the current role. Choose another to change it."
            : "Takes effect immediately, including in open tabs."}
        </p>
      )}
    </DialogForm>
  );
}
