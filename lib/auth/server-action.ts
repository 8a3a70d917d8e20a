import "server-only";

import { headers } from "next/headers";
import type { z } from "zod";

import type { ActionResult } from "@/lib/auth/action-result";
import type { MemberActor } from "@/lib/actor";
import type { RequestContext } from "@/lib/audit-log/actions";
import { recordAccessRefusal } from "@/lib/audit-log/refusals";
import { requireFreshSignIn, requireMember, type RequiredRole } from "@/lib/auth/guard";
import { loggedRefusal } from "@/lib/auth/logged-refusal";
import { requireSameOrigin } from "@/lib/auth/same-origin";
import { requestContext } from "@/lib/auth/request-context";
import { AppError, type FieldErrors } from "@/lib/errors/app-error";
import { runWithRequestId } from "@/lib/http/request-id";

/**
 * A server action: checks the origin, the member and the page's session, parses the input, and returns refusals as form state.
 * The input is unknown until then: a server action is a public HTTP endpoint.
 * @param role the minimum role; any member by default
 * @param freshSignIn whether the last sign-in with Microsoft must be recent (docs/decisions/068): for what gives somebody access, or takes
 *   it from many; or for which input
 * @param run receives the signed-in member, the parsed input and the request's context
 */
export function serverAction<Schema extends z.ZodType, Data>(
  {
    role,
    freshSignIn,
    schema,
  }: { role?: RequiredRole; freshSignIn: boolean | ((input: z.output<Schema>) => boolean); schema: Schema },
  run: (actor: MemberActor, input: z.output<Schema>, context: RequestContext) => Promise<Data>,
) {
  return async (input: unknown): Promise<ActionResult<Data>> =>
    runWithRequestId(await headers(), async () => {
      try {
        await requireSameOrigin();
        const signedIn = await requireMember(role, await pageOfAction());
        const { actor, now } = signedIn;
        const parsed = schema.safeParse(input);
        if (!parsed.success) {
          throw new AppError("UNPROCESSABLE", "Some fields aren’t valid.", { fields: fieldsOf(parsed.error) });
        }
        // After the fields, so that nobody signs in again only to read that a name is too long.
        if (typeof freshSignIn === "function" ? freshSignIn(parsed.data) : freshSignIn) requireFreshSignIn(signedIn);
        const context = await requestContext(now);
        try {
          return { ok: true, data: await run(actor, parsed.data, context) };
        } catch (error) {
          // The role was lost between the guard and the write, as when two admins demote each other concurrently.
          if (error instanceof AppError && error.code === "FORBIDDEN")
            await recordAccessRefusal(actor, await pageOfAction(), role ?? null, context);
          throw error;
        }
      } catch (error) {
        return refusal(error);
      }
    });
}

/** The calling page's path as the browser reports it; the audit log names a refusal by it. */
async function pageOfAction(): Promise<string> {
  const from = (await headers()).get("referer") ?? "";
  return `an action of ${URL.canParse(from) ? new URL(from).pathname : "the dashboard"}`;
}

function fieldsOf(error: z.ZodError): FieldErrors {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[String(issue.path[0] ?? "form")] ??= issue.message;
  return fields;
}

/** What the action was about to change may have been changed. */
const MESSAGES = {
  fault: "Something went wrong on our side. Check the list before you try again.",
  outage: "The service is unavailable right now. Check the list, then try again in a moment.",
};

/** The reasons that a page does something about. */
function reasonOf({ reason, details }: AppError): Extract<ActionResult<never>, { ok: false }>["reason"] {
  if (details?.reason === "other_session") return "other_session";
  return reason === "fresh_sign_in_required" ? reason : undefined;
}

function refusal(error: unknown): { ok: false } & Extract<ActionResult<never>, { ok: false }> {
  const refused = loggedRefusal(error, "server action failed", undefined, MESSAGES);
  const { code, message, fields } = refused;
  const reason = reasonOf(refused);
  return { ok: false, code, message, ...(reason && { reason }), ...(fields && { fields }) };
}
