import { z } from "zod";

import { operation, createRoute } from "@/lib/public-api/create-route";

export const dynamic = "force-dynamic";

const healthData = z.object({ status: z.literal("ok") }).meta({ id: "Health", example: { status: "ok" } });

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/health", {
  GET: operation({
    operationId: "getHealth",
    summary: "Health check",
    description: "Liveness: no credential needed, reads no data, doesn’t count towards any rate limit.",
    tag: "Service",
    allow: "anyone",
    data: healthData,
    handler: () => ({ data: { status: "ok" as const } }),
  }),
});
