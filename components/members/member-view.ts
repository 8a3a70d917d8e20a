import type { Role } from "@/lib/generated/prisma/enums";
import type { MemberStatus } from "@/lib/members/status";

/** The facts of a listed member that the dialogs show. */
export interface MemberView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly status: MemberStatus;
  /** Invited by e-mail: this person joins with a link. */
  readonly needsLink: boolean;
  /** The person viewing the list. */
  readonly isSelf: boolean;
}

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

/** A person of the directory, as the search returns them. */
export interface PersonView {
  readonly oid: string;
  readonly name: string;
  /** The mailbox; null without one. */
  readonly email: string | null;
  /** Distinguishes people of the same name. */
  readonly signInName: string | null;
}

/** The Microsoft accounts that can no longer sign in, by object id, or why the directory didn't respond. */
export type AccountsView =
  | { readonly ok: true; readonly data: ReadonlyMap<string, "deleted" | "disabled"> }
  | { readonly ok: false; readonly problem: "no-consent" | "throttled" | "unavailable" };

/** What each role may do (docs/api.md, "Roles"). */
export const ROLE_TEXTS: Readonly<Record<Role, string>> = {
  Admin: "full access (members, API keys, audit log, agents)",
  User: "create and edit agents",
  Viewer: "see agents",
};
