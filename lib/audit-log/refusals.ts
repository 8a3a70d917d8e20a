import "server-only";

import type { Actor } from "@/lib/actor";
import { NO_ID, type RequestContext } from "@/lib/audit-log/actions";
import { recordAudit } from "@/lib/audit-log/service";
import { prisma } from "@/lib/db/client";
import type { Role } from "@/lib/generated/prisma/enums";
import { log } from "@/lib/logging/log";

/** Longest stored path, in characters. */
const NAME_MAX = 200;

/**
 * Records a refusal for a missing role. Errors are logged, not thrown: the refusal stands either way.
 * @param what the page's path or the endpoint, without a query
 * @param needs the required role; null where no role would do
 */
export async function recordRefusal(
  actor: Actor,
  what: string,
  needs: Role | null,
  context: RequestContext,
): Promise<void> {
  const details = { needs, ...(actor.kind === "member" && { role: actor.role }) };
  const target = { id: NO_ID, name: what.slice(0, NAME_MAX) };
  try {
    await prisma().$transaction((tx) => recordAudit(tx, actor, { action: "access.refused", target, details }, context));
  } catch (err) {
    log().error({ err, requestId: context.requestId }, "a refusal was not written to the audit log");
  }
}
