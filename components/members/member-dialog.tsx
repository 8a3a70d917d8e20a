"use client";

import { Suspense } from "react";

import type { Leaving } from "@/components/hooks/use-list-dialog";
import { ConfirmForm } from "@/components/members/confirm-form";
import { InviteForm } from "@/components/members/invite-form";
import { LinkPanel } from "@/components/members/link-panel";
import {
  afterInvite,
  stepTitle,
  type MemberActions,
  type MemberStep,
  type Outcome,
} from "@/components/members/member-steps";
import { RoleForm } from "@/components/members/role-form";
import { Dialog } from "@/components/ui/dialog";
import type { DialogFormProps } from "@/components/ui/dialog-form";

interface Props {
  readonly actions: MemberActions;
  /** Whether the Microsoft directory can be searched. */
  readonly directory: Promise<boolean>;
  readonly leaving: Leaving;
  readonly form: DialogFormProps;
  readonly onOutcome: (outcome: Outcome) => void;
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

function Step({ step, actions, directory, leaving, form, onOutcome }: Props & { step: MemberStep }) {
  switch (step.kind) {
    case "invite":
      return (
        <Suspense fallback={<p className="text-soft">Loading your directory…</p>}>
          <InviteForm
            {...form}
            directory={directory}
            invite={actions.invite}
            onInvited={(invited) => onOutcome(afterInvite(invited, window.location.origin))}
          />
        </Suspense>
      );
    case "link":
      return <LinkPanel invited={step.invited} onDone={leaving.onClose} />;
    case "role":
      return <RoleForm {...form} target={step.target} changeRole={actions.changeRole} onDone={onOutcome} />;
    default:
      return <ConfirmForm {...form} kind={step.kind} target={step.target} actions={actions} onDone={onOutcome} />;
  }
}
