import "server-only";

import { randomUUID } from "node:crypto";

import { headers } from "next/headers";

import type { RequestOrigin } from "@/lib/audit/actions";
import { CLIENT_ADDRESS_FIELD } from "@/lib/public-api/client-address";

/** What is known of where this request comes from: its address as far as it is believed (TRUSTED_PROXY_HOPS), and the browser's word for itself. */
export async function requestOrigin(requestId: string = randomUUID()): Promise<RequestOrigin> {
  const sent = await headers();
  return { requestId, clientAddress: sent.get(CLIENT_ADDRESS_FIELD), userAgent: sent.get("user-agent") };
}
