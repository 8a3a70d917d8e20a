import { randomUUID } from "node:crypto";

import { v7 as uuidv7 } from "uuid";

import type { MemberActor } from "@/lib/actor";
import type { RequestOrigin } from "@/lib/audit-log/actions";
import { prisma } from "@/lib/db/client";
import type { Role } from "@/lib/generated/prisma/enums";

/**
 * Creates an organisation with one member.
 * @param organisation its name, and whether its people and keys are let in
 * @returns that member as the actor of services
 */
export async function newOrganisation(
  role: Role = "Admin",
  name = "Ada Admin",
  organisation: { name?: string; enabled?: boolean } = {},
): Promise<MemberActor> {
  const tenant = { id: uuidv7(), entraTenantId: randomUUID(), name: "Test organisation", ...organisation };
  await prisma().tenant.create({ data: tenant });
  return { ...(await newMember(tenant.id, role, name)), tenantName: tenant.name };
}

/** Adds a member to an organisation of {@link newOrganisation}. */
export async function newMember(tenantId: string, role: Role, name: string): Promise<MemberActor> {
  const member = { id: uuidv7(), tenantId, oid: randomUUID(), name, email: "someone@example.com", role };
  await prisma().member.create({ data: member });
  return {
    kind: "member",
    tenantId,
    memberId: member.id,
    role,
    name,
    email: member.email,
    tenantName: "Test organisation",
    sessionId: uuidv7(),
  };
}

/** The origin of a request, as the audit log records it. */
export function newOrigin(): RequestOrigin {
  return { requestId: randomUUID(), clientAddress: "192.0.2.7", userAgent: "test/1.0" };
}
