import type { AuditEventModel } from "@/lib/generated/prisma/models";
import { serializeAuditEvent } from "@/lib/public-api/serializers/audit-event";
import { serializeOcsfEvent } from "@/lib/public-api/serializers/ocsf-event";

/** The values of `format`. */
export const EVENT_FORMATS = ["neo", "ocsf"] as const;

export type EventFormat = (typeof EVENT_FORMATS)[number];

/** What makes an event of each format. */
export const FORMATS: Readonly<Record<EventFormat, (event: AuditEventModel) => unknown>> = {
  neo: serializeAuditEvent,
  ocsf: serializeOcsfEvent,
};
