import "server-only";

import type { NextRequest } from "next/server";

import type { MemberActor } from "@/lib/actor";
import { requireMember, type RequiredRole } from "@/lib/auth/guard";
import { loggedRefusal } from "@/lib/auth/logged-refusal";
import { STATUS } from "@/lib/errors/codes";
import { runWithRequestId } from "@/lib/http/request-id";

/** What a read answers: 200 unless it says otherwise. */
interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/**
 * A GET that an open page asks in the background, answered in JSON: checks the member first.
 * @param path the route's own, which names a refusal in the audit log
 * @param role the minimum role; null for any member
 * @param read receives the member, the query and the database's clock
 */
export function jsonHandler(
  path: string,
  role: RequiredRole | null,
  read: (actor: MemberActor, query: URLSearchParams, now: Date) => Promise<Answer>,
) {
  const answer = (status: number, body: unknown) =>
    Response.json(body, { status, headers: { "Cache-Control": "no-store" } });
  return (request: NextRequest): Promise<Response> =>
    runWithRequestId(request.headers, async () => {
      try {
        const { actor, now } = await requireMember(role ?? undefined, path);
        const { status = 200, body } = await read(actor, request.nextUrl.searchParams, now);
        return answer(status, body);
      } catch (error) {
        const { code, message } = loggedRefusal(error, "a background request failed", path);
        return answer(STATUS[code], { message });
      }
    });
}
