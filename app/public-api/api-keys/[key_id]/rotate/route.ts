import { z } from "zod";

import { NEEDS_ADMIN, NO_SUCH_KEY, rotateKey } from "@/lib/api-keys/service";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { issuedKeyData, serializeIssuedKey } from "@/lib/public-api/serializers/api-key";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/api-keys/{key_id}/rotate", {
  POST: operation({
    operationId: "rotateApiKey",
    summary: "Rotate an API key",
    description:
      "Issues a new key with the same name and lifetime and returns it once. The old key works for 24 more hours, or until its own expiry if that’s sooner. Takes no body.",
    tag: "API keys",
    allow: { key: false, member: "Admin" },
    keyRefusal: NEEDS_ADMIN,
    params: z.object({ key_id: z.guid(NO_SUCH_KEY) }),
    status: 201,
    idempotent: "secret",
    data: issuedKeyData,
    handler: async ({ actor, params, now, request, remember }) => {
      const issued = await rotateKey(actor, params.key_id, { kind: "same" }, { now, ...request.origin }, (tx, { id }) =>
        remember(tx, { madeId: id }),
      );
      return { data: serializeIssuedKey(issued) };
    },
  }),
});
