import { z } from "zod";

/** The session to end, one of the actor's own. */
export const endSessionInput = z.strictObject({ sessionId: z.guid() });

/** An action without input. */
export const endOwnSessionsInput = z.strictObject({});
