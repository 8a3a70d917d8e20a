"use server";

import type { MemberActor } from "@/lib/actor";
import type { RequestContext } from "@/lib/audit-log/actions";
import { serverAction } from "@/lib/auth/server-action";
import { inviteMember, renewInvitation } from "@/lib/members/invitations";
import { changeRoleInput, inviteInput, memberInput } from "@/lib/members/schemas";
import { changeRole, removeMember, restoreMember } from "@/lib/members/service";
import { endMemberSessions } from "@/lib/members/sessions";

/** Invites someone and returns the link, once, where one is needed. */
export const inviteMemberAction = serverAction({ role: "Admin", freshSignIn: true, schema: inviteInput }, inviteMember);

/** An action for which an id says it all. */
const memberAction = <Data>(
  freshSignIn: boolean,
  change: (actor: MemberActor, memberId: string, context: RequestContext) => Promise<Data>,
) =>
  serverAction({ role: "Admin", freshSignIn, schema: memberInput }, (actor, { memberId }, context) =>
    change(actor, memberId, context),
  );

/** Creates a new link for an invited person; the previous one stops working. */
export const renewInvitationAction = memberAction(true, renewInvitation);

/** Changes a member's role. */
export const changeRoleAction = serverAction(
  { role: "Admin", freshSignIn: true, schema: changeRoleInput },
  (actor, { memberId, role }, context) => changeRole(actor, memberId, role, context),
);

/** Removes a member. */
export const removeMemberAction = memberAction(false, removeMember);

/** Restores a removed member. */
export const restoreMemberAction = memberAction(true, restoreMember);

/** Ends all sessions of a member. */
export const endMemberSessionsAction = memberAction(false, endMemberSessions);
