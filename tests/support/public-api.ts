// Shared by the API's integration tests: keys, and a way to call a route.
import { v7 as uuidv7 } from "uuid";

import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import type { ApiKeyUncheckedCreateInput } from "@/lib/generated/prisma/models";
import { generateKey } from "@/lib/api-keys/format";
import { storedHash } from "@/lib/api-keys/hash";
import type { Pagination } from "@/lib/http/envelope";
import type { RouteHandler } from "@/lib/public-api/create-route";
import { openApiDocument } from "@/lib/public-api/openapi/document";
import { registeredPaths } from "@/lib/public-api/registry";
import { Contract } from "@/tests/support/contract";

/** Creates an organisation's key without the service, so that `set` can give its row any timestamps. */
export async function makeKey(
  { tenantId, memberId }: Pick<MemberActor, "tenantId" | "memberId">,
  set: Partial<ApiKeyUncheckedCreateInput> = {},
): Promise<{ id: string; key: string }> {
  const key = generateKey("test");
  const id = uuidv7();
  await prisma().apiKey.create({
    data: {
      id,
      tenantId,
      name: "Test key",
      environment: "test",
      last4: key.slice(-4),
      hash: storedHash(key),
      createdAt: await databaseNow(),
      createdById: memberId,
      lineageId: id,
      rotatedById: set.rotatedAt ? memberId : null,
      revokedById: set.revokedAt ? memberId : null,
      ...set,
    },
  });
  return { id, key };
}

/** The envelope of docs/api.md, success and failure in one: a test reads the part it expects. */
export interface Envelope<Data> {
  readonly data: Data;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly doc_url: string;
    readonly details: {
      readonly reason?: string;
      readonly parameters?: Record<string, string>;
      readonly fields?: Record<string, string>;
    };
  };
  readonly meta: { readonly request_id: string; readonly pagination: Pagination; readonly warnings: unknown[] };
}

/** The outcome of a call; the body is empty for a response without one, or with lines. */
export interface Answer<Data = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Envelope<Data>;
}

let contract: { readonly of: string; readonly contract: Contract } | undefined;

/** The contract of all routes loaded so far, including those that a test defines. */
function currentContract(): Contract {
  const of = registeredPaths()
    .flat()
    .filter((part) => typeof part === "string")
    .join();
  if (contract?.of !== of) contract = { of, contract: new Contract(openApiDocument("http://localhost")) };
  return contract.contract;
}

/**
 * Passes a request to a route as Next does, and checks the response against the OpenAPI document. Every API test
 * gets its responses here.
 * @param params the decoded path parameters
 */
export async function receive<Data = unknown>(
  handler: RouteHandler,
  request: Request,
  params: object = {},
): Promise<Answer<Data>> {
  const response = await handler(request, { params: Promise.resolve({ ...params }) });
  const text = await response.text();
  const { status, headers } = response;
  const { pathname: path, searchParams } = new URL(request.url);
  currentContract().check({ method: request.method, path, format: searchParams.get("format"), status, headers, text });
  const isJson = headers.get("content-type")?.startsWith("application/json") === true;
  return { status, headers, text, body: JSON.parse(isJson && text ? text : "{}") as Envelope<Data> };
}

/** Calls a route; `key` is any bearer token, and `body` is sent as JSON. */
export async function call<Data = unknown>(
  handler: RouteHandler,
  path: string,
  {
    key,
    headers = {},
    params = {},
    method = "GET",
    body,
    signal,
  }: {
    key?: string;
    headers?: Record<string, string>;
    params?: object;
    method?: string;
    body?: unknown;
    signal?: AbortSignal;
  } = {},
): Promise<Answer<Data>> {
  const request = new Request(`http://localhost${path}`, {
    method,
    headers: {
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  return receive(handler, request, params);
}

/** A response's text without its request id, for comparing responses. */
export function withoutId({ text, headers }: Answer): string {
  return text.replaceAll(headers.get("x-request-id") ?? "", "<id>");
}
