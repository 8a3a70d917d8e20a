import "server-only";

import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

import { env } from "@/lib/config/env";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import { REQUEST_ID_FIELD } from "@/lib/http/request-id";
import { log } from "@/lib/logging/log";
import { counts } from "@/lib/telemetry/counts";

interface Route {
  readonly page: string;
  readonly regex: string;
}

/** The route of unknown paths, and of unknown routes. */
const UNMATCHED = "unmatched";

/**
 * Finds the pattern of an address.
 * @param routes those of the build, as Next's routes-manifest.json lists them: the more exact first
 * @returns takes a request target, gives a pattern such as `/agents/[agentId]`: never the address, which may have a secret in it
 */
export function routeFinder(routes: readonly Route[]): (target: string) => string {
  const patterns = routes.map(({ page, regex }) => ({ page, regex: new RegExp(regex) }));
  const exact = new Map(routes.filter(({ page }) => !page.includes("[")).map(({ page }) => [page, page]));
  return (target) => {
    const end = target.search(/[?#]/);
    const address = end < 0 ? target : target.slice(0, end);
    return exact.get(address) ?? patterns.find(({ regex }) => regex.test(address))?.page ?? UNMATCHED;
  };
}

/** The routes of this build. The development server has no list of them: there all are {@link UNMATCHED}. */
function routesOfBuild(): Route[] {
  const file = path.join(process.cwd(), ".next", "routes-manifest.json");
  try {
    const { staticRoutes, dynamicRoutes } = JSON.parse(readFileSync(file, "utf8")) as Record<string, Route[]>;
    return [...(staticRoutes ?? []), ...(dynamicRoutes ?? [])];
  } catch (err) {
    log().warn(
      { err },
      "the metrics do not tell the dashboard's routes apart: the build's list of them cannot be read",
    );
    return [];
  }
}

/** @returns times each request of the dashboard, and logs it where LOG_REQUESTS asks for all; files of the build are left out */
export function pageRecorder(): (request: IncomingMessage, response: ServerResponse) => void {
  const routeOf = routeFinder(process.env.NODE_ENV === "production" ? routesOfBuild() : []);
  const logsAll = env().LOG_REQUESTS === "all";
  return ({ url = "", method = "", headers }, response) => {
    if (url.startsWith("/_next/")) return;
    const arrivedAt = performance.now();
    response.once("close", () => {
      const route = routeOf(url);
      const status = response.headersSent ? response.statusCode : null;
      const took = performance.now() - arrivedAt;
      counts.requests.of("dashboard", route, method).observe(status ?? 0, took);
      if (!logsAll) return;
      const { [REQUEST_ID_FIELD]: requestId, [CLIENT_ADDRESS_FIELD]: address } = headers;
      const ms = Math.round(took * 10) / 10;
      log().info({ requestId, method, route, address, status: status ?? "aborted", ms }, "dashboard request");
    });
  };
}
