import { z } from "zod";

import { assertFutureExpiry } from "@/lib/api-keys/expiry";
import { listKeyMetadata } from "@/lib/api-keys/metadata";
import { apiKeyCreation } from "@/lib/api-keys/schemas";
import { createKey } from "@/lib/api-keys/service";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { cursorPage } from "@/lib/public-api/cursor";
import { KEYS_OPERATION } from "@/lib/public-api/key-operations";
import { pageQuery } from "@/lib/public-api/query";
import { apiKeyData, issuedKeyData, serializeApiKey, serializeIssuedKey } from "@/lib/public-api/serializers/api-key";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/api-keys", {
  GET: operation({
    ...KEYS_OPERATION,
    operationId: "listApiKeys",
    summary: "List API keys",
    description: "Newest first, including revoked and expired keys. Metadata only: never a hash, never a secret.",
    query: z.strictObject(pageQuery),
    paginated: true,
    data: z.array(apiKeyData),
    handler: async ({ actor, now, query: { page_size, cursor } }) => {
      const page = cursorPage({ list: "api-keys", tenantId: actor.tenantId, filters: {} }, page_size, cursor);
      const { rows, hasMore } = await listKeyMetadata(actor, page);
      const data = rows.map((row) => serializeApiKey(row, now));
      return { data, pagination: page.next(hasMore ? rows.at(-1) : undefined) };
    },
  }),
  POST: operation({
    ...KEYS_OPERATION,
    operationId: "createApiKey",
    freshSignIn: true,
    summary: "Create an API key",
    description:
      "The response contains the key, which is shown only once. An organisation may have 1,000 keys in use (409 beyond that), and create and rotate 60 in any 60 seconds (429).",
    body: apiKeyCreation,
    status: 201,
    idempotent: "secret",
    data: issuedKeyData,
    handler: async ({ actor, body: { expires_at, read_only, ...described }, now, request, remember }) => {
      if (expires_at) assertFutureExpiry(new Date(expires_at), now, "expires_at");
      const expiry = expires_at ? ({ kind: "at", at: expires_at } as const) : ({ kind: "never" } as const);
      const wanted = { ...described, readOnly: read_only, expiry };
      const issued = await createKey(actor, wanted, { now, ...request.origin }, (tx, { id }) =>
        remember(tx, { madeId: id }),
      );
      return { data: serializeIssuedKey(issued) };
    },
  }),
});
