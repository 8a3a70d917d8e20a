import { z } from "zod";

import { isBackwards } from "@/lib/audit-log/range";
import { auditFilterQuery } from "@/lib/audit-log/schemas";
import { listAuditEvents } from "@/lib/audit-log/list";
import { AppError } from "@/lib/errors/app-error";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { cursorPage } from "@/lib/public-api/cursor";
import { pageQuery } from "@/lib/public-api/query";
import { auditEventData, serializeAuditEvent } from "@/lib/public-api/serializers/audit-event";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/audit-events", {
  GET: operation({
    operationId: "listAuditEvents",
    summary: "List audit events",
    description: "Newest first.",
    tag: "Audit log",
    allow: { key: false, member: "Admin" },
    keyRefusal: "Reading the audit log requires admin role.",
    query: z.strictObject({ ...auditFilterQuery, ...pageQuery }),
    paginated: true,
    data: z.array(auditEventData),
    handler: async ({ actor, query: { page_size, cursor, ...filters } }) => {
      if (isBackwards(filters)) {
        const message = "must not be after to";
        throw new AppError("UNPROCESSABLE", "from is after to, so nothing can be between them.", {
          reason: "invalid_range",
          details: { parameters: { from: message } },
        });
      }
      const page = cursorPage({ list: "audit-events", tenantId: actor.tenantId, filters }, page_size, cursor);
      const { rows, hasMore } = await listAuditEvents(actor, filters, page);
      const last = hasMore ? rows.at(-1) : undefined;
      return {
        data: rows.map(serializeAuditEvent),
        pagination: page.next(last && { createdAt: last.at, id: last.id }),
      };
    },
  }),
});
