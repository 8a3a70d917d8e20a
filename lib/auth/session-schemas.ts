import { z } from "zod";

/** The session that is to end; its id is looked up among the actor's own. */
export const endSessionInput = z.strictObject({ sessionId: z.guid() });

/** Nothing is asked for. */
export const endOwnSessionsInput = z.strictObject({});
