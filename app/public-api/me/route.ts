import { operation, publicRoute } from "@/lib/public-api/handler";
import { serializeCredential } from "@/lib/public-api/serializers/credential";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/me", {
  GET: operation({ auth: "key", handler: ({ caller }) => ({ data: serializeCredential(caller) }) }),
});
