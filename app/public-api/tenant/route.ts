import { operation, createRoute } from "@/lib/public-api/create-route";
import { serializeTenant, tenantData } from "@/lib/public-api/serializers/tenant";
import { ownTenant } from "@/lib/tenants/service";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/tenant", {
  GET: operation({
    operationId: "getTenant",
    summary: "Get the authenticated tenant",
    tag: "Identity",
    allow: { key: true, member: "Viewer" },
    data: tenantData,
    handler: async ({ actor }) => ({ data: serializeTenant(await ownTenant(actor)) }),
  }),
});
