import type { NextRequest } from "next/server";

import { MEMBERS_PATH } from "@/components/shell/paths";
import { requireMember } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { searchPeople } from "@/lib/microsoft/directory";
import { log } from "@/lib/logging/log";
import { runWithRequestId } from "@/lib/http/request-id";
import { ownTenant } from "@/lib/tenants/service";

/** Minimum length of a search text, in characters. */
const LEAST = 2;

/** The people picker's search in the organisation's directory, for admins. */
export function GET(request: NextRequest): Promise<Response> {
  const answer = (status: number, body: unknown) =>
    Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
  return runWithRequestId(request.headers, async () => {
    try {
      const { actor } = await requireMember("Admin", `${MEMBERS_PATH}/people`);
      const text = (request.nextUrl.searchParams.get("q") ?? "").trim().toWellFormed();
      if (text.length < LEAST) return answer(200, { people: [] });
      const found = await searchPeople((await ownTenant(actor)).entraTenantId, text);
      return found.ok ? answer(200, { people: found.data }) : answer(503, { problem: found.problem });
    } catch (err) {
      if (err instanceof AppError) return answer(STATUS[err.code], { message: err.message });
      log().error({ err }, "the people search failed");
      return answer(500, { message: "Something failed on our side." });
    }
  });
}
