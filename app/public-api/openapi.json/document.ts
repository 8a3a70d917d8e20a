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

import { etagOf } from "@/lib/public-api/etag";
import { openApiDocument } from "@/lib/public-api/openapi/document";

let made: { readonly serverUrl: string; readonly document: Record<string, unknown>; readonly etag: string } | undefined;

/**
 * The OpenAPI document of the whole API and its entity tag; the same objects each time.
 * @param address an address of this deployment (NEXTAUTH_URL), of which the origin counts
 */
export function apiDocument(address: string) {
  const serverUrl = new URL(address).origin;
  if (made?.serverUrl !== serverUrl) {
    const document = openApiDocument(serverUrl);
    made = { serverUrl, document, etag: etagOf(document) };
  }
  return made;
}
