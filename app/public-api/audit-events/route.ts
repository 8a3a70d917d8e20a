import { z } from "zod";

import { isBackwards } from "@/lib/audit-log/range";
import { auditFilterQuery } from "@/lib/audit-log/schemas";
import { AppError } from "@/lib/errors/app-error";
import { readAuditFeed, readNewestEvents } from "@/lib/public-api/audit-feed";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { cursorQuery, invalidParameters, pageQuery } from "@/lib/public-api/query";
import { auditEventData } from "@/lib/public-api/serializers/audit-event";

export const dynamic = "force-dynamic";

const feedQuery = {
  order: z.enum(["asc", "desc"], { error: "must be asc or desc" }).default("desc").meta({
    description:
      "`desc`: newest first. `asc`: by `seq`, and every response has a `next_cursor`, so that a program can continue later.",
  }),
  after: cursorQuery("With `order=asc`: `meta.pagination.next_cursor` of the latest response."),
};

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/audit-events", {
  GET: operation({
    operationId: "listAuditEvents",
    summary: "List audit events",
    description:
      "Newest first, or with `order=asc` oldest first. With `Accept: application/x-ndjson` the response has one event per line, " +
      "and `Link` and `X-Has-More` say where the list continues.",
    tag: "Audit log",
    allow: { key: false, member: "Admin" },
    keyRefusal: "Reading the audit log requires admin role.",
    query: z.strictObject({ ...auditFilterQuery, ...pageQuery, ...feedQuery }),
    paginated: true,
    lines: true,
    data: z.array(auditEventData),
    handler: ({ actor, query: { page_size: size, cursor, order, after, ...filters } }) => {
      if (isBackwards(filters)) {
        const message = "must not be after to";
        throw new AppError("UNPROCESSABLE", "from is after to, so nothing can be between them.", {
          reason: "invalid_range",
          details: { parameters: { from: message } },
        });
      }
      if (order === "asc") {
        if (cursor !== undefined) throw invalidParameters({ cursor: "is after where order=asc" });
        return readAuditFeed(actor, filters, { size, after });
      }
      if (after !== undefined) throw invalidParameters({ after: "requires order=asc" });
      return readNewestEvents(actor, filters, { size, cursor });
    },
  }),
});
