import "server-only";

import type { Actor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import type { TenantModel } from "@/lib/generated/prisma/models";

/** An organisation as stored. */
export type Tenant = TenantModel;

/** The actor's own organisation. */
export async function ownTenant(actor: Actor): Promise<Tenant> {
  return prisma().tenant.findUniqueOrThrow({ where: { id: actor.tenantId } });
}
