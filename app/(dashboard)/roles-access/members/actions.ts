"use server";

import { serverAction } from "@/lib/auth/server-action";
import { inviteMember, renewInvitation } from "@/lib/members/invitations";
import { changeRoleInput, inviteInput, memberInput } from "@/lib/members/schemas";
import { changeRole, removeMember, restoreMember } from "@/lib/members/service";
import { endMemberSessions } from "@/lib/members/sessions";

/** Invites someone and returns the link, once, where one is needed. */
export const inviteMemberAction = serverAction({ role: "Admin", schema: inviteInput }, inviteMember);

/** Creates a new link for an invited person; the previous one stops working. */
export const renewInvitationAction = serverAction(
  { role: "Admin", schema: memberInput },
  (actor, { memberId }, context) => renewInvitation(actor, memberId, context),
);

/** Changes a member's role. */
export const changeRoleAction = serverAction(
  { role: "Admin", schema: changeRoleInput },
  (actor, { memberId, role }, context) => changeRole(actor, memberId, role, context),
);

/** Removes a member. */
export const removeMemberAction = serverAction({ role: "Admin", schema: memberInput }, (actor, { memberId }, context) =>
  removeMember(actor, memberId, context),
);

/** Restores a removed member. */
export const restoreMemberAction = serverAction(
  { role: "Admin", schema: memberInput },
  (actor, { memberId }, context) => restoreMember(actor, memberId, context),
);

/** Ends all sessions of a member. */
export const endMemberSessionsAction = serverAction(
  { role: "Admin", schema: memberInput },
  (actor, { memberId }, context) => endMemberSessions(actor, memberId, context),
);
