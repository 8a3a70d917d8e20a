// The program that serves: `npm start`, `npm run dev`, the standalone folder and the image run its bundle (scripts/server-bundle.ts).
import "server-only";

import type { IncomingMessage, ServerResponse } from "node:http";

import { operatorRoutes, routes } from "neo:api-routes";

import { lastUsedApplications } from "@/lib/applications/last-used";
import { lastUsed } from "@/lib/api-keys/last-used";
import { applicationUsage, usage } from "@/lib/usage/recorder";
import { chainWaits } from "@/lib/audit-log/chain-waits";
import { refusals } from "@/lib/audit-log/refusals";
import { type Env, env } from "@/lib/config/env";
import { startPurging } from "@/lib/db/purge";
import { AppError } from "@/lib/errors/app-error";
import { log } from "@/lib/logging/log";
import { ownServer } from "@/lib/http/own-server";
import { lastActive } from "@/lib/members/last-active";
import { tracing } from "@/lib/telemetry/tracing-hook";
import { startCheckingAccounts } from "@/server/account-checks";
import { Api, refuse } from "@/server/api";
import { boot } from "@/server/boot";
import { drain } from "@/server/drain";
import { type NextApp, startNext } from "@/server/next-app";
import { pagesListener } from "@/server/pages";
import { createPipeline, type Entrances } from "@/server/pipeline";

const dev = process.env.NODE_ENV === "development";

/** Refuses what this instance doesn't serve. */
const notServed = (message: string) => (request: IncomingMessage, response: ServerResponse) =>
  refuse(request, response, new AppError("NOT_FOUND", message, { reason: "unknown_path" }));

const NO_API = { serve: notServed("This instance serves the dashboard only (SERVE=dashboard).") };
const noPages = notServed("This instance serves the API only (SERVE=api).");

function apiOf(serves: Env["SERVE"], next: NextApp | null): Entrances["api"] {
  if (serves === "dashboard") return NO_API;
  // While developing, Next serves the API too, because it reloads routes that change.
  if (dev && next) return { serve: (request, response) => next.handle(request, response) };
  return new Api(routes);
}

async function serve(): Promise<void> {
  ownServer.runs = true;
  await boot();
  const { HOST, HOSTNAME, PORT: port, SERVE } = env();
  const hostname = HOST ?? HOSTNAME;
  const next = SERVE === "api" ? null : await startNext({ dev, hostname, port });
  const { server, connections } = createPipeline({
    api: apiOf(SERVE, next),
    operator: operatorRoutes,
    pages: next ? pagesListener(next.handle) : noPages,
  });
  if (dev) next?.acceptUpgrades(server);
  const stopPurging = startPurging();
  const stopCheckingAccounts = startCheckingAccounts();
  server.listen(port, hostname, () => log().info({ address: server.address() }, "listening"));
  server.once("error", (err) => {
    log().fatal({ err }, "the server could not listen");
    process.exit(1);
  });

  let stopping = false;
  const stop = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    stopPurging();
    chainWaits.stop();
    stopCheckingAccounts();
    // Once now, should the drain take too long for those who wait, and again for what it brings.
    const write = () =>
      Promise.all([
        lastUsed.stop(),
        lastUsedApplications.stop(),
        lastActive.stop(),
        usage.stop(),
        applicationUsage.stop(),
        refusals.flush(),
      ]);
    void write();
    try {
      await drain(server, connections);
      await Promise.all([write(), next?.close()]);
    } finally {
      await tracing()?.flush();
      process.exit(exitCode);
    }
  };
  // 128 and the signal's number, as a shell says it. A second signal changes nothing.
  process.on("SIGTERM", () => void stop(143));
  process.on("SIGINT", () => void stop(130));
}

// One fault must not end the requests of everybody else. Next does the same where it is loaded.
for (const event of ["unhandledRejection", "uncaughtException"] as const)
  process.on(event, (err: unknown) => log().error({ err }, "an error that nobody caught"));

await serve().catch((err: unknown) => {
  log().fatal({ err }, "Neo could not start");
  process.exit(1);
});
