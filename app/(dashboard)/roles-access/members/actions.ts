"use server";

import type { ActionResult } from "@/lib/auth/action-result";
import { runAction } from "@/lib/auth/server-action";
import { inviteMember, renewInvitation, type Invited } from "@/lib/members/invitations";
import { changeRoleInput, inviteInput, memberInput } from "@/lib/members/schemas";
import { changeRole, removeMember, restoreMember, type MemberChange } from "@/lib/members/service";
import { type Ended, endMemberSessions } from "@/lib/members/sessions";

// A server action is a public HTTP endpoint: its input is unknown until runAction has guarded and parsed it.

/** Invites someone and returns the link, once, where one is needed. */
export async function inviteMemberAction(input: unknown): Promise<ActionResult<Invited>> {
  return runAction({ role: "Admin", schema: inviteInput, input }, inviteMember);
}

/** Creates a new link for an invited person; the previous one stops working. */
export async function renewInvitationAction(input: unknown): Promise<ActionResult<Invited>> {
  return runAction({ role: "Admin", schema: memberInput, input }, (actor, { memberId }, context) =>
    renewInvitation(actor, memberId, context),
  );
}

/** Changes a member's role. */
export async function changeRoleAction(input: unknown): Promise<ActionResult<MemberChange>> {
  return runAction({ role: "Admin", schema: changeRoleInput, input }, (actor, { memberId, role }, context) =>
    changeRole(actor, memberId, role, context),
  );
}

/** Removes a member. */
export async function removeMemberAction(input: unknown): Promise<ActionResult<MemberChange>> {
  return runAction({ role: "Admin", schema: memberInput, input }, (actor, { memberId }, context) =>
    removeMember(actor, memberId, context),
  );
}

/** Restores a removed member. */
export async function restoreMemberAction(input: unknown): Promise<ActionResult<MemberChange>> {
  return runAction({ role: "Admin", schema: memberInput, input }, (actor, { memberId }, context) =>
    restoreMember(actor, memberId, context),
  );
}

/** Ends all sessions of a member. */
export async function endMemberSessionsAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ role: "Admin", schema: memberInput, input }, (actor, { memberId }, context) =>
    endMemberSessions(actor, memberId, context),
  );
}
