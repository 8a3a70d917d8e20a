"use server";

import type { ActionResult } from "@/lib/auth/action-result";
import { runAction } from "@/lib/auth/server-action";
import {
  type Ended,
  endOwnSession,
  endOwnSessions,
  endOwnSessionsInput,
  endSessionInput,
} from "@/lib/members/sessions";

/** Ends one of the caller's sessions. */
export async function endSessionAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ schema: endSessionInput, input }, (actor, { sessionId }, context) =>
    endOwnSession(actor, sessionId, context),
  );
}

/** Ends all of the caller's sessions, the current one included. */
export async function endOwnSessionsAction(input: unknown): Promise<ActionResult<Ended>> {
  return runAction({ schema: endOwnSessionsInput, input }, (actor, _, context) => endOwnSessions(actor, context));
}
