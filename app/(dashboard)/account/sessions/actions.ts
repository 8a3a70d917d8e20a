"use server";

import { serverAction } from "@/lib/auth/server-action";
import { endOwnSession, endOwnSessions, endOwnSessionsInput, endSessionInput } from "@/lib/members/sessions";

/** Ends one of the caller's sessions. */
export const endSessionAction = serverAction(
  { freshSignIn: false, schema: endSessionInput },
  (actor, { sessionId }, context) => endOwnSession(actor, sessionId, context),
);

/** Ends all of the caller's sessions, the current one included. */
export const endOwnSessionsAction = serverAction(
  { freshSignIn: false, schema: endOwnSessionsInput },
  (actor, _, context) => endOwnSessions(actor, context),
);
