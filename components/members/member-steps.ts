import type { InvitedView, MemberView } from "@/components/members/member-view";
import type { ActionResult } from "@/lib/auth/action-result";
import type { ChangeRoleInput, InviteInput, MemberInput } from "@/lib/members/schemas";

/** The steps of the dialog of the members page. An invitation with a link to show leads from "invite" and "renew" to "link". */
export type MemberStep =
  | { kind: "invite" }
  | { kind: "role" | "remove" | "restore" | "renew" | "sessions"; target: MemberView }
  | { kind: "link"; invited: InvitedView & { link: string } };

interface Change {
  readonly changed: boolean;
  readonly name: string;
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

/**
 * The link to show after an invitation; null where the person needs none.
 * @param origin the address to sign in at, which helps a person of the directory who got no mail
 */
export function linkToShow({ link, mail }: InvitedView, origin: string): string | null {
  return link ?? (mail === "none" || mail === "failed" ? origin : null);
}

/** The notice after an invitation without a link to show. */
export function invitedNotice({ name, mail }: InvitedView): string {
  return `Invited ${name}. They can sign in now${mail === "sent" ? "; we e-mailed them" : ""}.`;
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
