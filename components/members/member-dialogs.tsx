"use client";

import { createContext, Suspense, useContext, useMemo, type ReactNode } from "react";

import { ConfirmForm } from "@/components/members/confirm-form";
import { InviteForm } from "@/components/members/invite-form";
import { LinkPanel } from "@/components/members/link-panel";
import type { MemberView } from "@/components/members/member-view";
import { RoleForm } from "@/components/members/role-form";
import { Callout } from "@/components/ui/callout";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import type { ActionResult } from "@/lib/auth/action-result";
import type { Invited } from "@/lib/members/invitations";
import type { ChangeRoleInput, InviteInput, MemberInput } from "@/lib/members/schemas";
import type { MemberChange } from "@/lib/members/service";
import type { Ended } from "@/lib/members/end-sessions";

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

/** What to say once a step is left. */
function saidOf(step: Step): string {
  return step.kind === "link" ? `Invited ${step.invited.name}.` : "";
}

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
  const { step, setStep, leaving, form, notice, setNotice, fallbackFocus, open, finish, refreshAfterFailure } =
    useListDialog<Step>(saidOf);
  const checked = useMemo<MemberActions>(
    () => ({
      invite: refreshAfterFailure(actions.invite),
      renew: refreshAfterFailure(actions.renew),
      changeRole: refreshAfterFailure(actions.changeRole),
      remove: refreshAfterFailure(actions.remove),
      restore: refreshAfterFailure(actions.restore),
      endSessions: refreshAfterFailure(actions.endSessions),
    }),
    [actions, refreshAfterFailure],
  );

  // People join, are active and are removed while nobody clicks.
  useBackgroundRefresh(step === null);

  const close = () => {
    // Escape in an open list of people closes that list only.
    if (document.activeElement?.getAttribute("aria-expanded") !== "true") leaving.onClose();
  };
  const invited = (result: Invited) => {
    // Somebody of the directory needs no link of their own; where no mail reached them, the address to sign in at helps.
    const unmailed = result.mail === "none" || result.mail === "failed";
    const link = result.link ?? (unmailed ? window.location.origin : null);
    if (link) setStep({ kind: "link", invited: { ...result, link } });
    else finish(`Invited ${result.name}. They can sign in now${result.mail === "sent" ? "; we e-mailed them" : ""}.`);
  };
  return (
    <Context value={open}>
      <div ref={fallbackFocus} tabIndex={-1} role="group" aria-label="Members" className="outline-none">
        {children}
      </div>
      <Dialog open={step !== null} title={titleOf(step)} face={step?.kind} onClose={close} leaving={leaving}>
        {step?.kind === "invite" ? (
          <Suspense fallback={<p className="text-soft">Asking your directory…</p>}>
            <InviteForm {...form} directory={directory} invite={checked.invite} onInvited={invited} />
          </Suspense>
        ) : null}
        {step?.kind === "link" ? <LinkPanel invited={step.invited} onDone={leaving.onClose} /> : null}
        {step?.kind === "role" ? (
          <RoleForm {...form} target={step.target} changeRole={checked.changeRole} onDone={finish} />
        ) : null}
        {step?.kind === "remove" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={checked.remove}
            label="Remove"
            busyLabel="Removing…"
            look="danger"
            onDone={({ changed, name }) => {
              finish(changed ? `Removed ${name}.` : `${name} was already removed.`);
            }}
          >
            <RemovalText target={step.target} />
          </ConfirmForm>
        ) : null}
        {step?.kind === "restore" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={checked.restore}
            label="Restore"
            busyLabel="Restoring…"
            onDone={({ changed, name }) => {
              finish(changed ? `Restored ${name}.` : `${name} was already restored.`);
            }}
          >
            <p>
              They can sign in again, with the <strong className="font-semibold">{step.target.role}</strong> role they
              had.
            </p>
          </ConfirmForm>
        ) : null}
        {step?.kind === "sessions" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={checked.endSessions}
            label="End sessions"
            busyLabel="Ending…"
            onDone={({ ended }) => {
              const { name } = step.target;
              finish(ended > 0 ? `Ended all sessions of ${name}.` : `${name} was not signed in anywhere.`);
            }}
          >
            <p>
              They’re signed out of every browser, from its next request. They stay a member and can sign in again. API
              keys they created keep working.
            </p>
          </ConfirmForm>
        ) : null}
        {step?.kind === "renew" ? (
          <ConfirmForm
            {...form}
            memberId={step.target.id}
            action={checked.renew}
            label="Create a new link"
            busyLabel="Making…"
            onDone={invited}
          >
            <p>The previous link stops working. The new one works once and expires in 7 days.</p>
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
      return `End sessions of ${step.target.name}`;
    case "renew":
      return `New link for ${step.target.name}`;
  }
}
