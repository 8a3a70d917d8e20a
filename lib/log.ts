import "server-only";

import pino from "pino";

import { type Env, env } from "@/lib/env";
import { redact, secretsOf } from "@/lib/log-redaction";
import { currentRequestId } from "@/lib/request-id";
import { tracing } from "@/lib/telemetry/tracing-hook";

/**
 * Makes a structured logger: one JSON line an event, with the id of the request it is about where that is known. Credentials
 * never get past it: each line is searched for them when it is written, so neither a field nor a message nor an error's cause can hide one.
 * @param destination standard output unless told
 */
export function createLogger(settings: Env, destination?: pino.DestinationStream): pino.Logger {
  const secrets = secretsOf(settings);
  const options: pino.LoggerOptions = {
    level: settings.LOG_LEVEL,
    base: { service: "neo" },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: () => ({ requestId: currentRequestId(), traceId: tracing()?.traceId() }),
    hooks: { streamWrite: (line) => redact(line, secrets) },
  };
  return destination ? pino(options, destination) : pino(options);
}

let instance: pino.Logger | undefined;

/** The process's logger; see {@link createLogger}. */
export function log(): pino.Logger {
  return (instance ??= createLogger(env()));
}
