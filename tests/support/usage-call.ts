import { randomUUID } from "node:crypto";

import type { UsageCall } from "@/lib/usage/counter";

/** A call that was served, as the usage of its credential counts it. */
export const usageCall = (
  of: Pick<UsageCall, "tenantId" | "credentialId" | "atMs">,
  changes: Partial<UsageCall> = {},
): UsageCall => ({
  outcome: "served",
  valid: true,
  inOverlap: false,
  address: "192.0.2.7",
  client: "curl",
  endpoint: "GET /public-api/me",
  status: 200,
  requestId: randomUUID(),
  reason: undefined,
  ...of,
  ...changes,
});

/** What makes a call one that the client's mistake refused. */
export const NOT_FOUND = { outcome: "client_errors", status: 404, reason: "not_found" } as const;
