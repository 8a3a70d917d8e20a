import { z } from "zod";

import { AUDIT_ACTIONS } from "@/lib/audit-log/actions";
import { isInCalendar } from "@/lib/text/years";
import { dateTime } from "@/lib/text/date-time";

const time = (what: string) =>
  dateTime("must be a date and time with an offset, such as 2026-11-01T09:00:00Z")
    .transform((text) => new Date(text))
    .refine(isInCalendar, "must be in the years 1 to 9999 of UTC")
    .optional()
    .meta({ description: what, example: "2026-11-01T09:00:00Z" });

/** The query parameters that filter the audit log. */
export const auditFilterQuery = {
  action: z
    .enum(AUDIT_ACTIONS, { error: `must be one of ${AUDIT_ACTIONS.join(", ")}` })
    .optional()
    .meta({ description: "What happened.", example: "api_key.created" }),
  actor: z.guid("must be the id of a member, an API key or an application").optional().meta({
    description: "Who did it: the id of a member, an API key or an application.",
    example: "0190a1b2-0000-7000-8000-00000000000c",
  }),
  from: time("From this time, inclusive."),
  to: time("Before this time, exclusive."),
};
