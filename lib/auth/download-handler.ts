import "server-only";

import type { NextRequest } from "next/server";

import type { MemberActor } from "@/lib/actor";
import { requireMember, type RequiredRole } from "@/lib/auth/guard";
import { loggedRefusal } from "@/lib/auth/logged-refusal";
import { AppError } from "@/lib/errors/app-error";
import { STATUS } from "@/lib/errors/codes";
import { runWithRequestId } from "@/lib/http/request-id";

const NO_STORE = { "Cache-Control": "no-store" };

/** A file to download. */
interface Download {
  readonly body: ReadableStream<Uint8Array> | string;
  readonly type: string;
  /** Its name's beginning and ending; the date goes between them. */
  readonly name: readonly [string, string];
}

/**
 * A GET that a link of a page opens, answered with a file: checks the site, the member and the page's session first. A GET, because
 * it changes nothing.
 * @param path the route's own, which names a refusal in the audit log
 * @param role the minimum role
 * @param instead what to do when the link can't be opened from where it was
 * @param make receives the member, the query and the database's clock
 */
export function downloadHandler(
  { path, role, instead }: { path: string; role: RequiredRole; instead: string },
  make: (actor: MemberActor, query: URLSearchParams, now: Date) => Download | Promise<Download>,
) {
  return (request: NextRequest): Promise<Response> =>
    runWithRequestId(request.headers, async () => {
      try {
        // Another site can't read the response, but it must not trigger the export either.
        if (request.headers.get("sec-fetch-site") === "cross-site") throw new AppError("FORBIDDEN", instead);
        const query = request.nextUrl.searchParams;
        // A link can't send header fields.
        const { actor, now } = await requireMember(role, path, query.get("for"));
        const { body, type, name } = await make(actor, query, now);
        return new Response(body, {
          headers: {
            ...NO_STORE,
            "Content-Type": type,
            "Content-Disposition": `attachment; filename="${name.join(`-${now.toISOString().slice(0, 10)}.`)}"`,
            "X-Content-Type-Options": "nosniff",
          },
        });
      } catch (error) {
        return refusal(error, path, instead);
      }
    });
}

function refusal(error: unknown, path: string, instead: string): Response {
  const { code, message } = loggedRefusal(error, "a file could not be exported", path);
  const text = code === "CONFLICT" ? `${message} ${instead}` : message;
  return new Response(`${text}\n`, {
    status: STATUS[code],
    headers: { ...NO_STORE, "Content-Type": "text/plain; charset=utf-8" },
  });
}
