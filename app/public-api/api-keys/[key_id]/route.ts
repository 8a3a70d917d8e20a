import { z } from "zod";

import { getKeyMetadata } from "@/lib/keys/metadata";
import { NEEDS_ADMIN, NO_SUCH_KEY, revokeKey } from "@/lib/keys/service";
import { operation, publicRoute } from "@/lib/public-api/handler";
import { apiKeyData, serializeApiKey } from "@/lib/public-api/serializers/api-key";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = publicRoute("/public-api/api-keys/{key_id}", {
  DELETE: operation({
    operationId: "revokeApiKey",
    summary: "Revoke an API key",
    description:
      "Ends it at once and for good; the other key of a rotation is left alone. Revoking a revoked key changes nothing and succeeds.",
    tag: "API keys",
    allow: { key: false, member: "Admin" },
    keyRefusal: NEEDS_ADMIN,
    params: z.object({ key_id: z.guid(NO_SUCH_KEY) }),
    data: apiKeyData,
    handler: async ({ actor, params, now, request }) => {
      await revokeKey(actor, params.key_id, now, request.origin);
      return { data: serializeApiKey(await getKeyMetadata(actor, params.key_id), now) };
    },
  }),
});
