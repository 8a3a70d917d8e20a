import type { NextRequest } from "next/server";

import { AUDIT_LOG_PATH } from "@/components/shell/paths";
import { EXPORT_FORMATS, EXPORT_TYPES, exportStream } from "@/lib/audit-log/export";
import { filtersOf, loadAuditUrl } from "@/lib/audit-log/list-url";
import { readAuditEvents } from "@/lib/audit-log/list";
import { requireMember } from "@/lib/auth/guard";
import { isDatabaseUnavailable } from "@/lib/db/client";
import { AppError, databaseUnavailable } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { log } from "@/lib/logging/log";
import { runWithRequestId } from "@/lib/http/request-id";

export const dynamic = "force-dynamic";

const FROM_THE_LOG = "Open the audit log and export it from there.";
const NO_STORE = { "Cache-Control": "no-store" };

/** The organisation's audit log as a file, with the page's filters. A GET, because it changes nothing. */
export function GET(request: NextRequest): Promise<Response> {
  return runWithRequestId(request.headers, () => exported(request));
}

async function exported(request: NextRequest): Promise<Response> {
  try {
    // Another site can't read the response, but it must not trigger the export either.
    if (request.headers.get("sec-fetch-site") === "cross-site") {
      throw new AppError("FORBIDDEN", FROM_THE_LOG);
    }
    const query = request.nextUrl.searchParams;
    // A link can't send header fields.
    const { actor, now } = await requireMember("Admin", `${AUDIT_LOG_PATH}/export`, query.get("for"));
    const format = EXPORT_FORMATS.find((known) => known === query.get("format"));
    if (!format) throw new AppError("BAD_REQUEST", `format must be one of ${EXPORT_FORMATS.join(", ")}.`);
    const filters = filtersOf(loadAuditUrl(query));
    const day = now.toISOString().slice(0, 10);
    return new Response(exportStream(format, readAuditEvents(actor, filters)), {
      headers: {
        ...NO_STORE,
        "Content-Type": EXPORT_TYPES[format],
        "Content-Disposition": `attachment; filename="audit-log-${day}.${format}"`,
        "X-Content-Type-Options": "nosniff",
      },
    });
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Response {
  const known =
    error instanceof AppError
      ? error
      : isDatabaseUnavailable(error)
        ? databaseUnavailable(error)
        : new AppError("INTERNAL", "Something failed on our side.", { cause: error });
  if (STATUS[known.code] >= 500) log().error({ err: known.cause ?? known }, "the audit log could not be exported");
  const text = known.code === "CONFLICT" ? `${known.message} ${FROM_THE_LOG}` : known.message;
  return new Response(`${text}\n`, {
    status: STATUS[known.code],
    headers: { ...NO_STORE, "Content-Type": "text/plain; charset=utf-8" },
  });
}
