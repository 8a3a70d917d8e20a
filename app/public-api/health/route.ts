import { operation, publicRoute } from "@/lib/public-api/handler";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/health", {
  GET: operation({ auth: "none", handler: () => ({ data: { status: "ok" } }) }),
});
