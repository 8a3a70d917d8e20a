"use client";

import { Suspense } from "react";

import type { Leaving } from "@/components/hooks/use-list-dialog";
import { ConfirmForm } from "@/components/members/confirm-form";
import { InviteForm } from "@/components/members/invite-form";
import { LinkPanel } from "@/components/members/link-panel";
import {
  invitedNotice,
  linkToShow,
  stepTitle,
  type MemberActions,
  type MemberStep,
} from "@/components/members/member-steps";
import type { InvitedView, MemberView } from "@/components/members/member-view";
import { RoleForm } from "@/components/members/role-form";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import type { DialogFormProps } from "@/components/ui/dialog-form";

interface Props {
  readonly actions: MemberActions;
  /** Whether the Microsoft directory can be searched. */
  readonly directory: Promise<boolean>;
  readonly leaving: Leaving;
  readonly form: DialogFormProps;
  readonly onStep: (next: MemberStep) => void;
  /** Closes the dialog, with a notice. */
  readonly onFinish: (notice: string) => void;
}

/** The one dialog of the members page. */
export function MemberDialog({ step, ...props }: Props & { step: MemberStep | null }) {
  const { leaving } = props;
  const close = () => {
    // Escape in an open list of people closes only that list.
    if (document.activeElement?.getAttribute("aria-expanded") !== "true") leaving.onClose();
  };
  return (
    <Dialog
      open={step !== null}
      title={step ? stepTitle(step) : ""}
      face={step?.kind}
      onClose={close}
      leaving={leaving}
    >
      {step ? <Step step={step} {...props} /> : null}
    </Dialog>
  );
}

type StepProps<Step> = Props & { step: Step };

function Step({ step, ...props }: StepProps<MemberStep>) {
  const { actions, directory, leaving, form, onStep, onFinish } = props;
  const onInvited = (invited: InvitedView) => {
    const link = linkToShow(invited, window.location.origin);
    if (link) onStep({ kind: "link", invited: { ...invited, link } });
    else onFinish(invitedNotice(invited));
  };
  switch (step.kind) {
    case "invite":
      return (
        <Suspense fallback={<p className="text-soft">Loading your directory…</p>}>
          <InviteForm {...form} directory={directory} invite={actions.invite} onInvited={onInvited} />
        </Suspense>
      );
    case "link":
      return <LinkPanel invited={step.invited} onDone={leaving.onClose} />;
    case "role":
      return <RoleForm {...form} target={step.target} changeRole={actions.changeRole} onDone={onFinish} />;
    case "renew":
      return (
        <ConfirmForm
          {...form}
          memberId={step.target.id}
          action={actions.renew}
          label="Create a new link"
          busyLabel="Creating…"
          onDone={onInvited}
        >
          <p>The previous link stops working. The new one works once and expires in 7 days.</p>
        </ConfirmForm>
      );
    default:
      return <AccessStep {...props} kind={step.kind} target={step.target} />;
  }
}

/** Removes or restores a member, or ends their sessions. */
function AccessStep({
  kind,
  target,
  actions,
  form,
  onFinish,
}: Props & { kind: "remove" | "restore" | "sessions"; target: MemberView }) {
  const common = { ...form, memberId: target.id };
  switch (kind) {
    case "remove":
      return (
        <ConfirmForm
          {...common}
          action={actions.remove}
          label="Remove"
          busyLabel="Removing…"
          look="danger"
          onDone={({ changed, name }) => onFinish(changed ? `Removed ${name}.` : `${name} was already removed.`)}
        >
          <RemovalText target={target} />
        </ConfirmForm>
      );
    case "restore":
      return (
        <ConfirmForm
          {...common}
          action={actions.restore}
          label="Restore"
          busyLabel="Restoring…"
          onDone={({ changed, name }) => onFinish(changed ? `Restored ${name}.` : `${name} was already restored.`)}
        >
          <p>
            They can sign in again, with the <strong className="font-semibold">{target.role}</strong> role they had.
          </p>
        </ConfirmForm>
      );
    case "sessions":
      return (
        <ConfirmForm
          {...common}
          action={actions.endSessions}
          label="End sessions"
          busyLabel="Ending…"
          onDone={({ ended }) =>
            onFinish(ended > 0 ? `Ended all sessions of ${target.name}.` : `${target.name} was not signed in anywhere.`)
          }
        >
          <p>
            They’re signed out of every browser, from its next request. They stay a member and can sign in again. API
            keys they created keep working.
          </p>
        </ConfirmForm>
      );
  }
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
