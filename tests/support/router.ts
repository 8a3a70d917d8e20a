import * as unknown from "@/app/public-api/[[...unknown]]/route";
import * as agent from "@/app/public-api/agents/[agent_id]/route";
import * as agents from "@/app/public-api/agents/route";
import * as rotation from "@/app/public-api/api-keys/[key_id]/rotate/route";
import * as usage from "@/app/public-api/api-keys/[key_id]/usage/route";
import * as apiKey from "@/app/public-api/api-keys/[key_id]/route";
import * as apiKeys from "@/app/public-api/api-keys/route";
import * as auditEvents from "@/app/public-api/audit-events/route";
import * as health from "@/app/public-api/health/route";
import * as me from "@/app/public-api/me/route";
import * as document from "@/app/public-api/openapi.json/route";
import * as collection from "@/app/public-api/postman.json/route";
import * as tenant from "@/app/public-api/tenant/route";
import { Api } from "@/server/api";
import type { RouteFiles } from "@/server/route-matcher";
import { type Answer, receive } from "@/tests/support/public-api";

export const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] as const;

type Method = (typeof METHODS)[number];

const ROUTES = {
  "/public-api/agents": agents,
  "/public-api/agents/{agent_id}": agent,
  "/public-api/api-keys": apiKeys,
  "/public-api/api-keys/{key_id}": apiKey,
  "/public-api/api-keys/{key_id}/rotate": rotation,
  "/public-api/api-keys/{key_id}/usage": usage,
  "/public-api/audit-events": auditEvents,
  "/public-api/health": health,
  "/public-api/me": me,
  "/public-api/openapi.json": document,
  "/public-api/postman.json": collection,
  "/public-api/tenant": tenant,
};

/** Every path of the API, as in the contract. */
export const PATHS = Object.keys(ROUTES) as readonly (keyof typeof ROUTES)[];

const FILES: RouteFiles = Object.fromEntries([
  ...Object.entries(ROUTES).map(([path, file]) => [path.replaceAll("{", "[").replaceAll("}", "]"), file] as const),
  ["/public-api/[[...unknown]]", unknown],
]);

/** The API as the server creates it. */
export const api = new Api(FILES);

/** A path segment as Next decodes it for a route; percent signs that encode nothing stand for themselves (server/request-target.ts). */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The path parameters by a template's names; null when the path does not match. */
function match(template: string, path: string): Record<string, string> | null {
  const names = template.split("/");
  const parts = path.split("/");
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const part = parts[i] ?? "";
    if (name.startsWith("{") && part !== "") params[name.slice(1, -1)] = decoded(part);
    else if (name !== part) return null;
  }
  return params;
}

/** Dispatches a request to the route of its path and method, as Next does. */
export async function dispatch<Data = unknown>(request: Request): Promise<Answer<Data>> {
  const { pathname } = new URL(request.url);
  const method = request.method as Method;
  for (const template of PATHS) {
    const params = match(template, pathname);
    if (params) return receive<Data>(ROUTES[template][method], request, params);
  }
  return receive<Data>(unknown[method], request);
}
