/**
 * Sends the product's outgoing requests, in a process set up as the server's is.
 * `node … outgoing-request.ts graph|keys|sign-in|traces …`; prints each outcome, and the product's log lines. DNS lookups are
 * blocked and printed, so nothing leaves this machine.
 */
import dns from "node:dns";

import { trace } from "@opentelemetry/api";
import { custom, Issuer } from "openid-client";
import pino from "pino";
import { z } from "zod";

import { microsoftHttpOptions } from "@/lib/auth/options";
import { env } from "@/lib/config/env";
import { AppError } from "@/lib/errors/app-error";
import { log } from "@/lib/logging/log";
import { askGraph } from "@/lib/microsoft/graph-client";
import { verifyAccessToken } from "@/lib/public-api/credentials/access-token";
import { checkSettings, startProxying, startTelemetry } from "@/server/boot";

const TENANT = "1c8a6f0e-52d4-4f37-9b1d-7e3a90c5d268";
const DISCOVERY = `https://login.microsoftonline.com/${TENANT}/v2.0/.well-known/openid-configuration`;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

const requests: Readonly<Record<string, () => Promise<unknown>>> = {
  graph: () => askGraph(TENANT, "/users", z.unknown()),
  keys: () => {
    const token = `${part({ alg: "RS256", kid: "unknown", typ: "JWT" })}.${part({ tid: TENANT })}.c2ln`;
    return verifyAccessToken(token, env());
  },
  "sign-in": async () => {
    custom.setHttpOptionsDefaults(microsoftHttpOptions(env()));
    return (await Issuer.discover(DISCOVERY)).issuer;
  },
  traces: async () => {
    trace.getTracer("test").startSpan("one").end();
    // It is sent after a second.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    return "sent";
  },
};

/** The messages of an error and of its causes. */
const messages = (error: unknown): string[] =>
  error instanceof Error ? [error.message, ...messages(error.cause)] : [];

/** Prints by the log's own stream, which writes later, but in order: a request's log lines come before its outcome. */
const print = (line: string) =>
  (log() as unknown as Record<symbol, pino.DestinationStream | undefined>)[pino.symbols.streamSym]?.write(`${line}\n`);

const lookup = (host: string, ...rest: unknown[]) => {
  print(`looked up ${host}`);
  const done = rest.at(-1) as (error: Error) => void;
  process.nextTick(done, new Error(`no such host: ${host}`));
};
Object.assign(dns, { lookup });

checkSettings();
await startProxying();
await startTelemetry();
for (const kind of process.argv.slice(2)) {
  const request = requests[kind];
  if (!request) throw new Error(`no such request: ${kind}`);
  const outcome = await request().catch((error: unknown) => ({
    code: error instanceof AppError ? error.code : null,
    failed: messages(error).join(": "),
  }));
  print(JSON.stringify({ kind, outcome }));
}
process.exit(0);
