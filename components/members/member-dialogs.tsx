"use client";

import { UserPlus } from "lucide-react";
import { createContext, Suspense, useContext, type ReactNode } from "react";

import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useDialogLink } from "@/components/hooks/use-dialog-link";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { ConfirmForm, RoleForm } from "@/components/members/change-forms";
import { InviteForm } from "@/components/members/invite-form";
import { MemberCard } from "@/components/members/member-card";
import {
  stepNotice,
  stepTitle,
  type InvitedView,
  type MemberActions,
  type MemberStep,
  type MemberView,
  type Outcome,
} from "@/components/members/member-steps";
import { LocalTime } from "@/components/time/time";
import { Button } from "@/components/ui/button";
import { earlyClick } from "@/components/ui/early-click";
import { Callout } from "@/components/ui/callout";
import { CopyOnceField } from "@/components/ui/copy-once-field";
import { Dialog, DoneButton } from "@/components/ui/dialog";
import { DialogHost } from "@/components/ui/notice";
import type { Loss } from "@/components/ui/dialog-context";

/** Opens the page's dialog. */
const OpenMemberDialog = createContext<(step: MemberStep) => void>(() => undefined);

interface Props {
  readonly actions: MemberActions;
  /** Whether the Microsoft directory can be searched. */
  readonly directory: Promise<boolean>;
}

/** Holds the dialog of the members page above its table, so that a refreshed list never discards a link that is shown. */
export function MemberDialogsProvider({ children, directory, ...given }: Props & { children: ReactNode }) {
  const { step, setStep, open, finish, actions, leaving, host } = useListDialog<MemberStep, MemberActions>(
    given.actions,
    stepNotice,
  );
  useBackgroundRefresh(step === null);
  useDialogLink<MemberStep>(step === null ? { invite: { kind: "invite" } } : {}, open);
  const close = () => {
    // Escape in an open list of people closes only that list.
    if (document.activeElement?.getAttribute("aria-expanded") !== "true") leaving.onClose();
  };
  const onOutcome = (outcome: Outcome) => (typeof outcome === "string" ? finish(outcome) : setStep(outcome));
  return (
    <OpenMemberDialog value={open}>
      <DialogHost label="Members" host={host}>
        {children}
      </DialogHost>
      <Dialog
        open={step !== null}
        title={step ? stepTitle(step) : ""}
        face={step?.kind}
        subject={step && "target" in step ? <MemberCard target={step.target} /> : null}
        onClose={close}
        leaving={leaving}
      >
        {step ? <Step step={step} actions={actions} directory={directory} onOutcome={onOutcome} /> : null}
      </Dialog>
    </OpenMemberDialog>
  );
}

function Step({
  step,
  actions,
  directory,
  onOutcome,
}: Props & { step: MemberStep; onOutcome: (outcome: Outcome) => void }) {
  if ((step.kind === "role" || step.kind === "remove") && step.target.refusal !== null)
    return <Refusal text={step.target.refusal} />;
  switch (step.kind) {
    case "invite":
      return (
        <Suspense fallback={<p className="text-soft">Loading your directory…</p>}>
          <InviteForm directory={directory} invite={actions.invite} onDone={onOutcome} />
        </Suspense>
      );
    case "link":
      return <LinkPanel invited={step.invited} />;
    case "role":
      return <RoleForm target={step.target} changeRole={actions.changeRole} onDone={onOutcome} />;
    default:
      return <ConfirmForm kind={step.kind} target={step.target} actions={actions} onDone={onOutcome} />;
  }
}

/** In place of a form that the server would refuse. */
function Refusal({ text }: { text: string }) {
  return (
    <>
      <Callout tone="warn">{text}</Callout>
      <DoneButton />
    </>
  );
}

const NOT_COPIED: Loss = {
  title: "You haven’t copied this link.",
  text: "You won’t see it again, but you can make a new one. Close anyway?",
};

/** Shows an invitation's link, once, and whether it was mailed. */
function LinkPanel({ invited: { name, email, link, expiresAt, mail } }: { invited: InvitedView & { link: string } }) {
  return (
    <div className="grid gap-4">
      {mail === "failed" ? (
        <Callout tone="warn" alert>
          The e-mail couldn’t be sent. Copy the link and send it yourself.
        </Callout>
      ) : null}
      {mail === "sent" ? (
        <Callout tone="info">
          The link was mailed to <bdi translate="no">{email}</bdi>.
        </Callout>
      ) : null}
      {mail === "none" ? (
        <Callout tone="info">
          Nothing was mailed: <bdi>{name}</bdi> has no mailbox in your directory. Copy the link and send it yourself.
        </Callout>
      ) : null}
      <CopyOnceField
        label={expiresAt ? "Invitation link" : "Sign-in link"}
        noun="link"
        value={link}
        hint={
          expiresAt ? (
            <span>
              Shown only once. Works once, for a Microsoft account in your organisation, until{" "}
              <LocalTime at={expiresAt} />.
            </span>
          ) : (
            "They sign in here with their Microsoft account. The invitation is theirs alone."
          )
        }
        loss={mail === "sent" ? null : NOT_COPIED}
      />
      <DoneButton />
    </div>
  );
}

/** Opens the invite dialog. */
export function InviteButton() {
  const open = useContext(OpenMemberDialog);
  return (
    <Button look="primary" {...earlyClick(() => open({ kind: "invite" }))}>
      <UserPlus aria-hidden className="size-4" />
      <span>Invite</span>
    </Button>
  );
}

/** The text of each button, and what it's called outside its row. */
const LABELS = {
  restore: ["Restore", "Restore"],
  renew: ["New link", "New link for"],
  role: ["Change role", "Change role of"],
  sessions: ["End sessions", "End sessions of"],
  remove: ["Remove", "Remove"],
} as const;

function actionsFor({ status, needsLink }: MemberView): (keyof typeof LABELS)[] {
  if (status === "removed") return ["restore"];
  return [
    ...(needsLink ? ["renew" as const] : []),
    "role",
    ...(status === "active" ? ["sessions" as const] : []),
    "remove",
  ];
}

/** The buttons of a member. Each names the member, so that it makes sense outside the row. */
export function MemberRowButtons({ target }: { target: MemberView }) {
  const open = useContext(OpenMemberDialog);
  return (
    <div className="-mx-2 flex flex-wrap gap-1 md:mx-0 md:justify-end">
      {actionsFor(target).map((kind) => (
        <Button
          key={kind}
          small
          look={kind === "remove" ? "caution" : "quiet"}
          aria-label={`${LABELS[kind][1]} ${target.name}`}
          onClick={() => open({ kind, target })}
        >
          {LABELS[kind][0]}
        </Button>
      ))}
    </div>
  );
}
