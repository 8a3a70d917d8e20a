import { z } from "zod";

import { apiDocument } from "@/app/public-api/openapi.json/document";
import { env } from "@/lib/config/env";
import { operation, publicRoute } from "@/lib/public-api/create-route";

export const dynamic = "force-dynamic";

const documentData = z
  .looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) })
  .meta({ id: "OpenApiDocument", example: { openapi: "3.1.0", info: { title: "Neo public API" }, paths: {} } });

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/openapi.json", {
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
      const { document, etag } = apiDocument(env().NEXTAUTH_URL);
      return { data: document, headers: { ETag: etag } };
    },
  }),
});
