"use client";

import { createContext, Suspense, useContext, type ReactNode } from "react";

import { ConfirmForm } from "@/components/members/confirm-form";
import { InviteForm } from "@/components/members/invite-form";
import { LinkPanel } from "@/components/members/link-panel";
import type { MemberView } from "@/components/members/member-view";
import { RoleForm } from "@/components/members/role-form";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { useBackgroundRefresh } from "@/components/ui/use-background-refresh";
import { useLeaveGuard } from "@/components/ui/use-leave-guard";
import { useListDialog } from "@/components/ui/use-list-dialog";
import type { ActionResult } from "@/lib/action-result";
import type { Invited } from "@/lib/members/invitations";
import type { ChangeRoleInput, InviteInput, MemberInput } from "@/lib/members/schemas";
import type { MemberChange } from "@/lib/members/service";
import type { Ended } from "@/lib/sessions/service";

/** The server actions of the page, handed in so that the dialogs depend on no route. */
export interface MemberActions {
  invite: (input: InviteInput) => Promise<ActionResult<Invited>>;
  renew: (input: MemberInput) => Promise<ActionResult<Invited>>;
  changeRole: (input: ChangeRoleInput) => Promise<ActionResult<MemberChange>>;
  remove: (input: MemberInput) => Promise<ActionResult<MemberChange>>;
  restore: (input: MemberInput) => Promise<ActionResult<MemberChange>>;
  endSessions: (input: MemberInput) => Promise<ActionResult<Ended>>;
}

type Step =
  | { kind: "invite" }
  | { kind: "role" | "remove" | "restore" | "renew" | "sessions"; target: MemberView }
  | { kind: "link"; invited: Invited & { link: string } };

/** What became of the mail to somebody who needs no link. */
const MAIL_SAID: Record<Invited["mail"], string> = {
  sent: ", as a mail tells them",
  failed: "; the mail that was to tell them could not be sent",
  off: "",
  none: "",
};

const Context = createContext<((step: Step) => void) | null>(null);

/** Opens the page's dialogs. */
export function useMemberDialogs(): (step: Step) => void {
  const open = useContext(Context);
  if (!open) throw new Error("useMemberDialogs needs MemberDialogsProvider above it");
  return open;
}

/**
 * Holds the one dialog of the members page above its table, so that a refreshed list never wipes a link that is shown; the
 * list is refreshed after the dialog closed, and now and then while none is open.
 * @param directory whether the directory can be asked
 */
export function MemberDialogsProvider({
  actions,
  directory,
  children,
}: {
  actions: MemberActions;
  directory: Promise<boolean>;
  children: ReactNode;
}) {
  const { step, setStep, busy, setBusy, dirty, setDirty, notice, setNotice, fallbackFocus, open, finish } =
    useListDialog<Step>();

  // People join, are active and are removed while nobody clicks.
  useBackgroundRefresh(step === null);
  useLeaveGuard(busy || (dirty && step !== null), null);

  const close = () => {
    // Escape in an open list of people closes that list only.
    if (busy || document.activeElement?.getAttribute("aria-expanded") === "true") return;
    if (step?.kind === "link") finish(`Invited ${step.invited.name}.`);
    else setStep(null);
  };
  const invited = (result: Invited) => {
    const { link } = result;
    if (link) setStep({ kind: "link", invited: { ...result, link } });
    else finish(`Invited ${result.name}. Signing in is enough${MAIL_SAID[result.mail]}.`);
  };
  const form = {
    onBusy: setBusy,
    onCancel: () => {
      if (!busy) setStep(null);
    },
  };

  return (
    <Context value={open}>
      <div ref={fallbackFocus} tabIndex={-1} role="group" aria-label="Members" className="outline-none">
        {children}
      </div>
      <Dialog
        open={step !== null}
        title={titleOf(step)}
        onClose={close}
        onInput={() => {
          setDirty(true);
        }}
      >
        {step?.kind === "invite" ? (
          <Suspense fallback={<p className="text-soft">Asking your directory…</p>}>
            <InviteForm {...form} directory={directory} invite={actions.invite} onInvited={invited} />
          </Suspense>
        ) : null}
        {step?.kind === "link" ? <LinkPanel invited={step.invited} onDone={close} /> : null}
        {step?.kind === "role" ? (
          <RoleForm {...form} target={step.target} changeRole={actions.changeRole} onDone={finish} />
        ) : null}
        {step?.kind === "remove" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={actions.remove}
            label="Remove"
            busyLabel="Removing…"
            look="danger"
            onDone={({ changed, name }) => {
              finish(changed ? `Removed ${name}.` : `${name} had been removed already.`);
            }}
          >
            <RemovalText target={step.target} />
          </ConfirmForm>
        ) : null}
        {step?.kind === "restore" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={actions.restore}
            label="Restore"
            busyLabel="Restoring…"
            onDone={({ changed, name }) => {
              finish(changed ? `Restored ${name}.` : `${name} had been restored already.`);
            }}
          >
            <p>
              They may sign in again, with the <strong className="font-semibold">{step.target.role}</strong> role they
              had.
            </p>
          </ConfirmForm>
        ) : null}
        {step?.kind === "sessions" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={actions.endSessions}
            label="Sign out"
            busyLabel="Signing out…"
            onDone={({ ended }) => {
              const { name } = step.target;
              finish(ended > 0 ? `Signed ${name} out everywhere.` : `${name} was not signed in anywhere.`);
            }}
          >
            <p>
              Every browser they are signed in with is signed out from its next request on. They stay a member and may
              sign in again; API keys they made go on working.
            </p>
          </ConfirmForm>
        ) : null}
        {step?.kind === "renew" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={actions.renew}
            label="Make a new link"
            busyLabel="Making…"
            onDone={invited}
          >
            <p>The link that was sent before stops working. The new one works once and for 7 days.</p>
          </ConfirmForm>
        ) : null}
      </Dialog>
      <Notice
        text={notice}
        onDismiss={() => {
          setNotice("");
        }}
      />
    </Context>
  );
}

function RemovalText({ target }: { target: MemberView }) {
  if (target.status === "invited") return <p>The invitation is taken back. You can restore it later.</p>;
  return (
    <>
      {target.isSelf ? (
        <Callout tone="warn">This is you. You will be signed out, and only another admin can let you back in.</Callout>
      ) : null}
      <p>
        They are signed out everywhere and refused from the next request on. API keys they made go on working, and you
        can restore them later.
      </p>
    </>
  );
}

function titleOf(step: Step | null): string {
  switch (step?.kind) {
    case undefined:
      return "";
    case "invite":
      return "Invite a member";
    case "link":
      return `Invitation for ${step.invited.name}`;
    case "role":
      return `Change role of ${step.target.name}`;
    case "remove":
      return `Remove ${step.target.name}`;
    case "restore":
      return `Restore ${step.target.name}`;
    case "sessions":
      return `Sign ${step.target.name} out`;
    case "renew":
      return `New link for ${step.target.name}`;
  }
}
