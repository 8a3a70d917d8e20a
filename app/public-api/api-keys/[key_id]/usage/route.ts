import { z } from "zod";

import { RANGE_NAMES } from "@/lib/usage/range";
import { readKeyUsage } from "@/lib/api-keys/usage";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { KEY_OPERATION } from "@/lib/public-api/key-operations";
import { keyUsageData, serializeKeyUsage } from "@/lib/public-api/serializers/key-usage";

export const dynamic = "force-dynamic";

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = createRoute("/public-api/api-keys/{key_id}/usage", {
  GET: operation({
    ...KEY_OPERATION,
    operationId: "getApiKeyUsage",
    summary: "Get the usage of an API key",
    description:
      "Calls by outcome, where they came from, and the latest refusals; also of an expired or revoked key. Calls of the last ten seconds may be missing.",
    query: z.strictObject({
      range: z
        .enum(RANGE_NAMES, { error: `must be one of ${RANGE_NAMES.join(", ")}` })
        .default("24h")
        .meta({ description: "How far back: hours for `24h` and `7d`, days for `30d` and `13mo`." }),
    }),
    data: keyUsageData,
    handler: async ({ actor, params, query, now }) => ({
      data: serializeKeyUsage(await readKeyUsage(actor, params.key_id, query.range, now)),
    }),
  }),
});
