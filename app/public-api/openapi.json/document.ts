// Every route, for what it says of itself. A test fails when one is missing here.
import "@/app/public-api/agents/[agent_id]/route";
import "@/app/public-api/agents/route";
import "@/app/public-api/api-keys/[key_id]/rotate/route";
import "@/app/public-api/api-keys/[key_id]/route";
import "@/app/public-api/api-keys/route";
import "@/app/public-api/audit-events/route";
import "@/app/public-api/health/route";
import "@/app/public-api/me/route";
import "@/app/public-api/openapi.json/route";
import "@/app/public-api/tenant/route";

import { openApiDocument } from "@/lib/public-api/openapi";

let made: Record<string, unknown> | undefined;

/** The OpenAPI document of the whole API; the same object each time. */
export function apiDocument(): Record<string, unknown> {
  return (made ??= openApiDocument());
}
