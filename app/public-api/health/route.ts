import { z } from "zod";

import { operation, publicRoute } from "@/lib/public-api/handler";

export const dynamic = "force-dynamic";

const healthData = z.object({ status: z.literal("ok") }).meta({ id: "Health", example: { status: "ok" } });

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/health", {
  GET: operation({
    operationId: "getHealth",
    summary: "Whether the service answers",
    description: "Liveness: needs no credential, reads no data, counts towards no limit.",
    tag: "Service",
    allow: "anyone",
    data: healthData,
    handler: () => ({ data: { status: "ok" as const } }),
  }),
});
