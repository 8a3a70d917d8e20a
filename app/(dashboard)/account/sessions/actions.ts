"use server";

import type { ActionResult } from "@/lib/action-result";
import { runAction } from "@/lib/action";
import { endMemberSessionsInput, endOwnSessionsInput, endSessionInput } from "@/lib/sessions/schemas";
import { endMemberSessions, endOwnSession, endOwnSessions, type Ended } from "@/lib/sessions/service";

/** Signs the caller out of one of their own browsers. */
export async function endSessionAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ schema: endSessionInput, input }, (actor, { sessionId }, now, origin) =>
    endOwnSession(actor, sessionId, now, origin),
  );
}

/** Signs the caller out everywhere, here included. */
export async function endOwnSessionsAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ schema: endOwnSessionsInput, input }, (actor, _, now, origin) =>
    endOwnSessions(actor, now, origin),
  );
}

/** Signs a member out everywhere; for admins, from the Members tab. */
export async function endMemberSessionsAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ role: "Admin", schema: endMemberSessionsInput, input }, (actor, { memberId }, now, origin) =>
    endMemberSessions(actor, memberId, now, origin),
  );
}
