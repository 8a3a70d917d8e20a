import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";

/** An application in the list. */
export type ApplicationRow = Awaited<ReturnType<typeof listApplications>>[number];

/**
 * Whether the organisation allows applications with the role KeyManager.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function readKeyManagersAllowed(actor: MemberActor): Promise<boolean> {
  assertAdmin(actor);
  const select = { keyManagersAllowed: true };
  return (await prisma().tenant.findUniqueOrThrow({ where: { id: actor.tenantId }, select })).keyManagersAllowed;
}

/**
 * The organisation's bound applications, by name; at most APPLICATIONS_MAX of lib/applications/service.ts.
 * @throws AppError FORBIDDEN for anyone but an admin
 */
export async function listApplications(actor: MemberActor) {
  assertAdmin(actor);
  return prisma().application.findMany({
    where: { tenantId: actor.tenantId, unboundAt: null },
    orderBy: [{ nameSort: "asc" }, { id: "asc" }],
    omit: { tenantId: true, nameSort: true, unboundAt: true, unboundById: true },
    include: { boundBy: { select: { name: true } } },
  });
}
