import { v7 as uuidv7 } from "uuid";

import type { PrismaClient } from "../lib/generated/prisma/client";
import { DEMO_TENANTS, STAND_IN_ACCOUNTS } from "../dev/microsoft/directory";
import { seedAgents } from "./seed-agents";

/**
 * Fills an empty database for a demo: Contoso and Fabrikam, each with an Admin, a User and a Viewer whom the Microsoft
 * stand-in knows, and some agents. Running it again changes nothing: names and roles that were edited since stay as they are.
 */
export async function seedDemo(prisma: PrismaClient): Promise<void> {
  for (const { id: entraTenantId, name } of DEMO_TENANTS) {
    await prisma.tenant.createMany({ data: [{ id: uuidv7(), entraTenantId, name }], skipDuplicates: true });
    const { id: tenantId } = await prisma.tenant.findUniqueOrThrow({ where: { entraTenantId }, select: { id: true } });
    await prisma.member.createMany({
      data: STAND_IN_ACCOUNTS.filter((person) => person.tid === entraTenantId).flatMap(({ oid, name, email, roles }) =>
        roles.map((role) => ({ id: uuidv7(), tenantId, oid, name, email, role })),
      ),
      skipDuplicates: true,
    });
    const creator = await prisma.member.findFirstOrThrow({
      where: { tenantId },
      orderBy: { role: "asc" },
      select: { id: true },
    });
    await seedAgents(prisma, tenantId, creator.id);
  }
}
