import { z } from "zod";

import { RANGE_NAMES } from "@/lib/usage/range";
import { type KeyUsage, OVERLAP_TOP } from "@/lib/api-keys/usage";
import type { UsageCaller } from "@/lib/usage/read";

const at = z.iso.datetime();
const calls = z.int().min(0);
const address = z.string().nullable().meta({
  description: "The client address, or its network if this service stores only that; null if it is not stored.",
});
const endpoint = z.string().meta({ description: "Method and path." });

const counts = {
  served: calls.meta({ description: "Answered with 2xx or 3xx." }),
  client_errors: calls.meta({ description: "Answered with another 4xx, such as 404 or 422." }),
  rate_limited: calls.meta({ description: "Answered with 429: the organisation had reached its limit." }),
  refused: calls.meta({
    description: "The key was revoked, expired or rotated out, its organisation disabled, or API keys can't do this.",
  }),
  failed: calls.meta({ description: "Answered with 5xx." }),
};

const callers = (description: string) =>
  z
    .array(
      z.object({
        value: z.string().meta({ description: "`other` stands for all those beyond the first 50 of a day." }),
        calls,
        last_seen: at.meta({ description: "When its latest call was made." }),
      }),
    )
    .meta({ description, maxItems: 10 });

/** The usage of a key, as the API shows it. */
export const keyUsageData = z
  .object({
    range: z.enum(RANGE_NAMES),
    interval: z.enum(["hour", "day"]).meta({ description: "The length of a point, in UTC." }),
    points: z
      .array(z.object({ start: at.meta({ description: "The beginning of the hour or day." }), ...counts }))
      .meta({ description: "Oldest first, without gaps; the last one is the current hour or day.", maxItems: 400 }),
    totals: z.object(counts).meta({ description: "The sums of the points." }),
    addresses: callers("Where most calls of the last 30 days came from; empty if addresses are not stored."),
    clients: callers("The programs that made most calls of the last 30 days, by the first name in `User-Agent`."),
    endpoints: callers("What most calls of the last 30 days were for."),
    overlap_callers: z
      .array(
        z.object({
          address,
          client: z.string().meta({ description: "`other` stands for all those beyond the first 50 of a day." }),
          calls,
          last_seen: at.meta({ description: "When its latest call was made." }),
        }),
      )
      .meta({
        description:
          "Who called with the key between its rotation and its end: those seen in the last hour first. Empty for a key that was not rotated.",
        maxItems: OVERLAP_TOP,
      }),
    recent_refusals: z
      .array(
        z.object({
          at,
          request_id: z.guid().meta({ description: "`X-Request-Id` of the call." }),
          reason: z.string().meta({ description: "`error.details.reason` of the answer." }),
          status: z.int().min(400).max(499),
          endpoint,
          address,
        }),
      )
      .meta({ description: "The latest calls answered with 4xx in the last 30 days, newest first.", maxItems: 20 }),
    last_use: z.object({ at, address, client: z.string().nullable(), endpoint: endpoint.nullable() }).nullable().meta({
      description:
        "The latest call while the key was valid; all but `at` is null where that is not known, as after 30 days. Null for never.",
    }),
  })
  .meta({
    id: "ApiKeyUsage",
    description: "What a key was used for.",
    example: {
      range: "24h",
      interval: "hour",
      points: [
        { start: "2026-11-01T09:00:00.000Z", served: 118, client_errors: 1, rate_limited: 0, refused: 0, failed: 0 },
      ],
      totals: { served: 118, client_errors: 1, rate_limited: 0, refused: 0, failed: 0 },
      addresses: [{ value: "192.0.2.7", calls: 119, last_seen: "2026-11-01T09:59:58.120Z" }],
      clients: [{ value: "python-requests", calls: 119, last_seen: "2026-11-01T09:59:58.120Z" }],
      endpoints: [{ value: "GET /public-api/agents", calls: 119, last_seen: "2026-11-01T09:59:58.120Z" }],
      overlap_callers: [],
      recent_refusals: [
        {
          at: "2026-11-01T09:12:45.003Z",
          request_id: "6b2f0f5e-8f0e-4c52-9c3b-6f6f1a4b8f10",
          reason: "invalid_parameter",
          status: 400,
          endpoint: "GET /public-api/agents",
          address: "192.0.2.7",
        },
      ],
      last_use: {
        at: "2026-11-01T09:59:58.120Z",
        address: "192.0.2.7",
        client: "python-requests",
        endpoint: "GET /public-api/agents",
      },
    },
  });

const serializeCaller = ({ value, calls, lastSeen }: UsageCaller) => ({
  value,
  calls,
  last_seen: lastSeen.toISOString(),
});

/** The usage of a key as the API shows it. */
export function serializeKeyUsage(usage: KeyUsage): z.input<typeof keyUsageData> {
  const { range, interval, points, totals, callers, refusals, latest } = usage;
  return {
    range,
    interval,
    points: points.map((point) => ({ ...point, start: point.start.toISOString() })),
    totals,
    addresses: callers.address.map(serializeCaller),
    clients: callers.client.map(serializeCaller),
    endpoints: callers.endpoint.map(serializeCaller),
    overlap_callers: usage.overlapCallers.map(({ lastSeen, ...caller }) => ({
      ...caller,
      last_seen: lastSeen.toISOString(),
    })),
    recent_refusals: refusals.map(({ requestId: request_id, at, ...refusal }) => ({
      at: at.toISOString(),
      request_id,
      ...refusal,
    })),
    last_use: latest && { ...latest, at: latest.at.toISOString() },
  };
}
