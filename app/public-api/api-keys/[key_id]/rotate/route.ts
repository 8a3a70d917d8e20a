import { rotateKey } from "@/lib/api-keys/service";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { KEY_OPERATION } from "@/lib/public-api/key-operations";
import { issuedKeyData, serializeIssuedKey } from "@/lib/public-api/serializers/api-key";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/api-keys/{key_id}/rotate", {
  POST: operation({
    ...KEY_OPERATION,
    operationId: "rotateApiKey",
    freshSignIn: true,
    summary: "Rotate an API key",
    description:
      "Issues a new key with the same name and lifetime and returns it once. The old key works for 24 more hours, or until its own expiry if that’s sooner. Takes no body.",
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
