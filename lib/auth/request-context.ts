import "server-only";

import { randomUUID } from "node:crypto";

import { headers } from "next/headers";

import type { RequestContext, RequestOrigin } from "@/lib/audit-log/actions";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { currentRequestId } from "@/lib/logging/request-scope";

/** The request's origin: the client address as far as TRUSTED_PROXY_HOPS allows, and the `User-Agent` as sent. */
export async function requestOrigin(): Promise<RequestOrigin> {
  const sent = await headers();
  const requestId = currentRequestId() ?? sent.get(REQUEST_ID_FIELD) ?? randomUUID();
  return { requestId, clientAddress: sent.get(CLIENT_ADDRESS_FIELD), userAgent: sent.get("user-agent") };
}

/** What a change records of the request. @param now the database's clock */
export async function requestContext(now: Date): Promise<RequestContext> {
  return { ...(await requestOrigin()), now };
}
