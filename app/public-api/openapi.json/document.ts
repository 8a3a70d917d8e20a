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
import { postmanCollection } from "@/lib/public-api/openapi/postman";

const documentData = z
  .looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) })
  .meta({ id: "OpenApiDocument", example: { openapi: "3.1.0", info: { title: "Neo public API" }, paths: {} } });

/** The handlers of the document's own path, which the document describes too. */
export const documentRoute = createRoute("/public-api/openapi.json", {
  GET: operation({
    operationId: "getOpenApiDocument",
    summary: "OpenAPI document",
    description: "OpenAPI 3.1, generated from the schemas the handlers validate with. The response has no envelope.",
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

const collectionData = z
  .looseObject({ info: z.looseObject({}), item: z.array(z.looseObject({})) })
  .meta({ id: "PostmanCollection", example: { info: { name: "Neo public API" }, item: [] } });

/** The handlers of the same as a Postman collection. They are here because the document describes them, and they are made from it. */
export const collectionRoute = createRoute("/public-api/postman.json", {
  GET: operation({
    operationId: "getPostmanCollection",
    summary: "Postman collection",
    description: "Every operation as a Postman collection (format 2.1). The response has no envelope.",
    tag: "Service",
    allow: "anyone",
    envelope: false,
    data: collectionData,
    etag: true,
    handler: () => {
      const { json, etag } = apiCollection(env().NEXTAUTH_URL);
      return { data: json, headers: { ETag: etag } };
    },
  }),
});

type Made<Value> = Readonly<{ serverUrl: string; json: JsonBytes; etag: string } & Value>;

let made: Made<{ document: ReturnType<typeof openApiDocument> }> | undefined;
let madeCollection: Made<unknown> | undefined;

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

/**
 * The Postman collection of the whole API as JSON, and its entity tag; the same objects each time.
 * @param address as for the document
 */
export function apiCollection(address: string) {
  const { serverUrl, document } = apiDocument(address);
  if (madeCollection?.serverUrl !== serverUrl) {
    const collection = postmanCollection(document);
    madeCollection = { serverUrl, json: new JsonBytes(JSON.stringify(collection)), etag: etagOf(collection) };
  }
  return madeCollection;
}
