import { z } from "zod";

import { isBackwards } from "@/lib/audit-log/range";
import { auditFilterQuery } from "@/lib/audit-log/schemas";
import { AppError } from "@/lib/errors/app-error";
import { readAuditFeed, readNewestEvents } from "@/lib/public-api/audit-feed";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { cursorQuery, invalidParameters, pageQuery } from "@/lib/public-api/query";
import { auditEventData } from "@/lib/public-api/serializers/audit-event";
import { EVENT_FORMATS } from "@/lib/public-api/serializers/event-format";
import { ocsfEventData } from "@/lib/public-api/serializers/ocsf-event";

export const dynamic = "force-dynamic";

const feedQuery = {
  order: z.enum(["asc", "desc"], { error: "must be asc or desc" }).default("desc").meta({
    description:
      "`desc`: newest first. `asc`: by `seq`, and every response has a `next_cursor`, so that a program can continue later.",
  }),
  after: cursorQuery("With `order=asc`: `meta.pagination.next_cursor` of the latest response."),
  wait: z
    .string()
    .regex(/^([12]?[0-9]|30)$/, "must be a whole number from 0 to 30")
    .transform(Number)
    .optional()
    .meta({
      description:
        "With `order=asc`: how many seconds to wait for an event while there is none after the cursor. 0 by default.",
      parameter: { type: "integer", minimum: 0, maximum: 30 },
    }),
  format: z
    .enum(EVENT_FORMATS, { error: "must be neo or ocsf" })
    .default("neo")
    .meta({ description: "`neo`: as described here. `ocsf`: each event is an `OcsfEvent` instead." }),
};

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/audit-events", {
  GET: operation({
    operationId: "listAuditEvents",
    summary: "List audit events",
    description:
      "Newest first, or with `order=asc` oldest first. With `Accept: application/x-ndjson` the response has one event per line, " +
      "and `Link` and `X-Has-More` say where the list continues. With `format=ocsf` the events are those of the Open Cybersecurity " +
      "Schema Framework: `OcsfEvent`.",
    tag: "Audit log",
    allow: { key: false, member: "Admin", application: "Auditor" },
    keyRefusal: "Reading the audit log requires admin role.",
    query: z.strictObject({ ...auditFilterQuery, ...pageQuery, ...feedQuery }),
    paginated: true,
    lines: true,
    data: z.array(auditEventData),
    formats: { ocsf: ocsfEventData },
    handler: ({ actor, whileWaiting, request, query }) => {
      const { page_size: size, cursor, order, after, wait, format, ...filters } = query;
      if (isBackwards(filters)) {
        const message = "must not be after to";
        throw new AppError("UNPROCESSABLE", "from is after to, so nothing can be between them.", {
          reason: "invalid_range",
          details: { parameters: { from: message } },
        });
      }
      if (order === "asc") {
        if (cursor !== undefined) throw invalidParameters({ cursor: "is after where order=asc" });
        const page = { after, waitMs: (wait ?? 0) * 1_000 };
        return readAuditFeed(actor, { filters, size, format }, page, { whileWaiting, request });
      }
      const ascending = Object.entries({ after, wait }).filter(([, value]) => value !== undefined);
      if (ascending.length > 0)
        throw invalidParameters(Object.fromEntries(ascending.map(([name]) => [name, "requires order=asc"])));
      return readNewestEvents(actor, { filters, size, format }, cursor);
    },
  }),
});
