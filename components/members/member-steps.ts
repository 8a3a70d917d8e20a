import type { InvitedView, MemberView } from "@/components/members/member-view";
import type { ActionResult } from "@/lib/auth/action-result";
import type { ChangeRoleInput, InviteInput, MemberInput } from "@/lib/members/schemas";

/** The steps of the dialog of the members page. An invitation with a link to show leads from "invite" and "renew" to "link". */
export type MemberStep =
  | { kind: "invite" }
  | { kind: "role" | ConfirmedKind; target: MemberView }
  | { kind: "link"; invited: InvitedView & { link: string } };

interface Change {
  readonly changed: boolean;
}

/** The server actions of the page, passed in so that the dialogs depend on no route. */
export interface MemberActions {
  readonly invite: (input: InviteInput) => Promise<ActionResult<InvitedView>>;
  readonly renew: (input: MemberInput) => Promise<ActionResult<InvitedView>>;
  readonly changeRole: (input: ChangeRoleInput) => Promise<ActionResult<Change>>;
  readonly remove: (input: MemberInput) => Promise<ActionResult<Change>>;
  readonly restore: (input: MemberInput) => Promise<ActionResult<Change>>;
  readonly endSessions: (input: MemberInput) => Promise<ActionResult<{ ended: number }>>;
}

/** What follows a step: another one, or the notice that the dialog closes with. */
export type Outcome = MemberStep | string;

/** What follows an invitation. @param origin the address to sign in at */
export function afterInvite(invited: InvitedView, origin: string): Outcome {
  const { name, mail } = invited;
  // A person of the directory needs no link of their own, but without a mail the address to sign in at helps.
  const link = invited.link ?? (mail === "none" || mail === "failed" ? origin : null);
  if (link) return { kind: "link", invited: { ...invited, link } };
  return `Invited ${name}. They can sign in now${mail === "sent" ? "; we e-mailed them" : ""}.`;
}

/** A change to a member that only needs to be confirmed. */
export type ConfirmedKind = "renew" | "remove" | "restore" | "sessions";

/** Makes a confirmed change. @returns what follows it, or why it was refused */
export async function confirmChange(
  kind: ConfirmedKind,
  { id, name }: MemberView,
  actions: MemberActions,
): Promise<ActionResult<Outcome>> {
  const input = { memberId: id };
  switch (kind) {
    case "renew":
      return withOutcome(await actions.renew(input), (invited) => afterInvite(invited, window.location.origin));
    case "remove":
      return withOutcome(await actions.remove(input), ({ changed }) =>
        changed ? `Removed ${name}.` : `${name} was already removed.`,
      );
    case "restore":
      return withOutcome(await actions.restore(input), ({ changed }) =>
        changed ? `Restored ${name}.` : `${name} was already restored.`,
      );
    case "sessions":
      return withOutcome(await actions.endSessions(input), ({ ended }) =>
        ended > 0 ? `Ended all sessions of ${name}.` : `${name} was not signed in anywhere.`,
      );
  }
}

function withOutcome<Data>(result: ActionResult<Data>, outcome: (data: Data) => Outcome): ActionResult<Outcome> {
  return result.ok ? { ok: true, data: outcome(result.data) } : result;
}

/** The dialog's title. */
export function stepTitle(step: MemberStep): string {
  switch (step.kind) {
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

/** The notice once a step is left. */
export function stepNotice(step: MemberStep): string {
  return step.kind === "link" ? `Invited ${step.invited.name}.` : "";
}
