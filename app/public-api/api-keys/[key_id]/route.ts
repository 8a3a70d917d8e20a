import { getKeyMetadata } from "@/lib/api-keys/metadata";
import { apiKeyPatch } from "@/lib/api-keys/schemas";
import { revokeKey } from "@/lib/api-keys/service";
import { updateKey } from "@/lib/api-keys/update";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { KEY_OPERATION } from "@/lib/public-api/key-operations";
import { apiKeyData, serializeApiKey } from "@/lib/public-api/serializers/api-key";

const common = { ...KEY_OPERATION, data: apiKeyData } as const;

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/api-keys/{key_id}", {
  GET: operation({
    ...common,
    operationId: "getApiKey",
    summary: "Get an API key",
    description: "Metadata only, also of an expired or revoked key: never a hash, never a secret.",
    handler: async ({ actor, params, now }) => ({
      data: serializeApiKey(await getKeyMetadata(actor, params.key_id), now),
    }),
  }),
  PUT: operation({
    ...common,
    allow: { key: false, member: "Admin" },
    operationId: "updateApiKey",
    summary: "Update an API key",
    description:
      "Changes the name, the owner, the note or the limits: the fields in the body; null clears an owner or a note. They are those of the integration, so " +
      "the keys that this one replaced, or that replaced it, have them too.",
    body: apiKeyPatch,
    handler: async ({ actor, params, body: { read_only, ...changes }, now, request }) => {
      await updateKey(actor, params.key_id, { ...changes, readOnly: read_only }, { now, ...request.origin });
      return { data: serializeApiKey(await getKeyMetadata(actor, params.key_id), now) };
    },
  }),
  DELETE: operation({
    ...common,
    operationId: "revokeApiKey",
    summary: "Revoke an API key",
    description:
      "Revokes the key immediately and permanently; the other key of a rotation is not affected. Revoking a revoked key changes nothing and succeeds.",
    handler: async ({ actor, params, now, request }) => {
      await revokeKey(actor, params.key_id, { now, ...request.origin });
      return { data: serializeApiKey(await getKeyMetadata(actor, params.key_id), now) };
    },
  }),
});
