// Every other route, for what it says of itself. A test fails when one is missing here.
import "@/app/public-api/agents/[agent_id]/route";
import "@/app/public-api/agents/route";
import "@/app/public-api/api-keys/[key_id]/rotate/route";
import "@/app/public-api/api-keys/[key_id]/route";
import "@/app/public-api/api-keys/[key_id]/usage/route";
import "@/app/public-api/api-keys/route";
import "@/app/public-api/audit-events/route";
import "@/app/public-api/health/route";
import "@/app/public-api/me/route";
import "@/app/public-api/tenant/route";

import { z } from "zod";

import { env } from "@/lib/config/env";
import { JsonBytes } from "@/lib/http/envelope";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { etagOf } from "@/lib/public-api/etag";
import { openApiDocument } from "@/lib/public-api/openapi/document";

const documentData = z
  .looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) })
  .meta({ id: "OpenApiDocument", example: { openapi: "3.1.0", info: { title: "Neo public API" }, paths: {} } });

/** The handlers of the document's own path, which the document describes too. */
export const documentRoute = createRoute("/public-api/openapi.json", {
  GET: operation({
    operationId: "getOpenApiDocument",
    summary: "OpenAPI document",
    description:
      "OpenAPI 3.1, generated from the schemas the handlers validate with. The only response without an envelope.",
    tag: "Service",
    allow: "anyone",
    envelope: false,
    data: documentData,
    etag: true,
    handler: () => {
      const { json, etag } = apiDocument(env().NEXTAUTH_URL);
      return { data: json, headers: { ETag: etag } };
    },
  }),
});

let made:
  | Readonly<{ serverUrl: string; document: ReturnType<typeof openApiDocument>; json: JsonBytes; etag: string }>
  | undefined;

/**
 * The OpenAPI document of the whole API, the same as JSON, and its entity tag; the same objects each time.
 * @param address an address of this deployment (NEXTAUTH_URL), of which the origin counts
 */
export function apiDocument(address: string) {
  const serverUrl = new URL(address).origin;
  if (made?.serverUrl !== serverUrl) {
    const document = openApiDocument(serverUrl);
    made = { serverUrl, document, json: new JsonBytes(JSON.stringify(document)), etag: etagOf(document) };
  }
  return made;
}
