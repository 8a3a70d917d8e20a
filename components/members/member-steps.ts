import type { ActionResult } from "@/lib/auth/action-result";
import type { MemberRow } from "@/lib/members/list";
import type { ChangeRoleInput, InviteInput, MemberInput } from "@/lib/members/schemas";

/** The facts of a listed member that the dialogs show. */
export type MemberView = Pick<MemberRow, "id" | "name" | "email" | "role" | "status" | "needsLink"> & {
  /** The person viewing the list. */
  readonly isSelf: boolean;
  /** Why this person can't be demoted or removed; null if they can. */
  readonly refusal: string | null;
};

/** An invitation that was just made. */
export interface InvitedView {
  readonly name: string;
  readonly email: string | null;
  /** Shown only once; null for a person of the directory, who simply signs in. */
  readonly link: string | null;
  readonly expiresAt: Date | null;
  /** Whether the mail went out; "off" where this deployment sends none. */
  readonly mail: "sent" | "failed" | "none" | "off";
}

/** A change to a member that only needs to be confirmed. */
export type ConfirmedKind = "renew" | "remove" | "restore" | "sessions";

/** The steps of the dialog of the members page. An invitation with a link to show leads from "invite" and "renew" to "link". */
export type MemberStep =
  | { kind: "invite" }
  | { kind: "role" | ConfirmedKind; target: MemberView }
  | { kind: "link"; invited: InvitedView & { link: string } };

/** The server actions of the page, passed in so that the dialogs depend on no route. */
export interface MemberActions {
  readonly invite: (input: InviteInput) => Promise<ActionResult<InvitedView>>;
  readonly renew: (input: MemberInput) => Promise<ActionResult<InvitedView>>;
  readonly changeRole: (input: ChangeRoleInput) => Promise<ActionResult<{ changed: boolean }>>;
  readonly remove: (input: MemberInput) => Promise<ActionResult<{ changed: boolean }>>;
  readonly restore: (input: MemberInput) => Promise<ActionResult<{ changed: boolean }>>;
  readonly endSessions: (input: MemberInput) => Promise<ActionResult<{ ended: number }>>;
}

/** What follows a step: another one, or the notice that the dialog closes with. */
export type Outcome = MemberStep | string;

/** What follows an invitation. */
export function afterInvite(invited: InvitedView): Outcome {
  const { name, mail } = invited;
  // A person of the directory needs no link of their own, but without a mail the address to sign in at helps.
  const link = invited.link ?? (mail === "none" || mail === "failed" ? window.location.origin : null);
  if (link) return { kind: "link", invited: { ...invited, link } };
  return `Invited ${name}. They can sign in now${mail === "sent" ? "; we e-mailed them" : ""}.`;
}

const TITLES: Readonly<Record<Exclude<MemberStep["kind"], "link">, string>> = {
  invite: "Invite a member",
  role: "Change role",
  remove: "Remove member",
  restore: "Restore member",
  sessions: "End sessions",
  renew: "New invitation link",
};

/** The dialog's title. */
export function stepTitle(step: MemberStep): string {
  return step.kind === "link" ? `Invitation for ${step.invited.name}` : TITLES[step.kind];
}

/** The notice once a step is left. */
export function stepNotice(step: MemberStep): string {
  return step.kind === "link" ? `Invited ${step.invited.name}.` : "";
}
