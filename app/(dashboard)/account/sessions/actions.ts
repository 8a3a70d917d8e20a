"use server";

import type { ActionResult } from "@/lib/auth/action-result";
import { runAction } from "@/lib/auth/server-action";
import { endOwnSessionsInput, endSessionInput } from "@/lib/auth/session-schemas";
import { endOwnSession, endOwnSessions } from "@/lib/auth/session-list";
import type { Ended } from "@/lib/members/end-sessions";

/** Ends one of the caller's sessions. */
export async function endSessionAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ schema: endSessionInput, input }, (actor, { sessionId }, now, origin) =>
    endOwnSession(actor, sessionId, now, origin),
  );
}

/** Ends all of the caller's sessions, the current one included. */
export async function endOwnSessionsAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ schema: endOwnSessionsInput, input }, (actor, _, now, origin) =>
    endOwnSessions(actor, now, origin),
  );
}
