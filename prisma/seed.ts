import { v7 as uuidv7 } from "uuid";

import type { PrismaClient } from "../lib/generated/prisma/client";
import { DEMO_TENANTS, STAND_IN_ACCOUNTS } from "../dev/microsoft/directory";
import { seedAgents } from "./seed-agents";

/**
 * Seeds an empty database with demo data: Contoso and Fabrikam, each with agents and an Admin, a User and a Viewer from the
 * Microsoft stand-in. Running it again changes nothing: edited names and roles are kept.
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
