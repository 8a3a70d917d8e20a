import "server-only";

import type { MemberActor } from "@/lib/actor";
import type { UsageRange } from "@/lib/usage/range";
import { readUsage, type Usage } from "@/lib/usage/read";
import { APPLICATION_USAGE } from "@/lib/usage/tables";
import { getApplication } from "@/lib/applications/list";

/**
 * What an application called the API for.
 * @param applicationId any text; not found unless it is a UUID
 * @param now the database's clock
 * @throws AppError as {@link getApplication}
 */
export async function readApplicationUsage(
  actor: MemberActor,
  applicationId: string,
  range: UsageRange,
  now: Date,
): Promise<Usage> {
  const { id, lastUsedAt } = await getApplication(actor, applicationId);
  return readUsage({ tables: APPLICATION_USAGE, tenantId: actor.tenantId, id }, lastUsedAt, range, now);
}
