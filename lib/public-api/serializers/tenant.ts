import { z } from "zod";

import type { Tenant } from "@/lib/tenants/service";

/** The organisation that a credential belongs to. */
export const tenantData = z
  .object({
    id: z.guid(),
    name: z.string(),
    entra_tenant_id: z.guid().meta({ description: "Its Microsoft Entra tenant." }),
    created_at: z.iso.datetime(),
  })
  .meta({
    id: "Tenant",
    example: {
      id: "0190a1b2-0000-7000-8000-000000000001",
      name: "Contoso",
      entra_tenant_id: "11111111-2222-3333-4444-555555555555",
      created_at: "2026-11-01T09:00:00.000Z",
    },
  });

export function serializeTenant(tenant: Tenant): z.input<typeof tenantData> {
  return {
    id: tenant.id,
    name: tenant.name,
    entra_tenant_id: tenant.entraTenantId,
    created_at: tenant.createdAt.toISOString(),
  };
}
