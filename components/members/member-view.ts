import type { Role } from "@/lib/generated/prisma/enums";
import type { MemberStatus } from "@/lib/members/status";

/** The facts of a listed member that the dialogs speak of. */
export interface MemberView {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly status: MemberStatus;
  /** Invited by e-mail: a link is what lets this person in. */
  readonly needsLink: boolean;
  /** Whoever is looking. */
  readonly isSelf: boolean;
}

/** What each role may do (docs/api.md, "Roles"). */
export const ROLE_TEXTS: Readonly<Record<Role, string>> = {
  Admin: "full access (members, API keys, audit log, agents)",
  User: "create and edit agents",
  Viewer: "see agents",
};
