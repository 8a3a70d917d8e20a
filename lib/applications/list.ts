import "server-only";

import { assertAdmin, type MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { isUuid } from "@/lib/text/uuid";

/** The same for a missing application and for another organisation's. */
export const NO_SUCH_APPLICATION = "Application not found.";

/** An application with all that its page shows. */
export type ApplicationDetails = Awaited<ReturnType<typeof getApplication>>;

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

/** What rows and pages show besides the row's own columns. */
const BY = { boundBy: { select: { name: true } }, unboundBy: { select: { name: true } } } as const;

/**
 * One application of the actor's organisation, bound or not.
 * @param applicationId any text; not found unless it is a UUID
 * @throws AppError FORBIDDEN for anyone but an admin; NOT_FOUND, the same for a missing one and another organisation's
 */
export async function getApplication(actor: MemberActor, applicationId: string) {
  assertAdmin(actor);
  const id = applicationId.toLowerCase();
  const where = { id, tenantId: actor.tenantId };
  const found = isUuid(id)
    ? await prisma().application.findUnique({ where, omit: { tenantId: true, nameSort: true }, include: BY })
    : null;
  if (!found) throw new AppError("NOT_FOUND", NO_SUCH_APPLICATION);
  return found;
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
