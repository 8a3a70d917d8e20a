import { z } from "zod";

import { apiDocument } from "@/app/public-api/openapi.json/document";
import { operation, publicRoute } from "@/lib/public-api/handler";

export const dynamic = "force-dynamic";

const documentData = z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) });

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/openapi.json", {
  GET: operation({
    summary: "This document",
    description:
      "OpenAPI 3.1, generated from the schemas that the handlers validate with. The one answer without an envelope.",
    tag: "Service",
    allow: "anyone",
    envelope: false,
    data: documentData,
    handler: () => ({ data: apiDocument() }),
  }),
});
