import "server-only";

import pino from "pino";

import { type Env, env } from "@/lib/config/env";
import { type AppError, unavailableReason } from "@/lib/errors/app-error";
import { redact, secretsOf } from "@/lib/logging/redaction";
import { LogSampler } from "@/lib/logging/sampler";
import { currentRequestId } from "@/lib/http/request-id";
import { tracing } from "@/lib/telemetry/tracing-hook";

const holder = globalThis as typeof globalThis & {
  neoStackSampler?: LogSampler<AppError["reason"]>;
  neoWarningSampler?: LogSampler<string>;
};

/**
 * What a line says of an error. An outage fails everything by the same one: of its stacks one is written in each second, by whatever
 * logs it first.
 */
function serializeError(error: Error): object {
  const full = pino.stdSerializers.err(error);
  const reason = unavailableReason(error);
  // One a process, however often a bundler loads this module. The lines themselves are counted where they are many.
  const stacks = (holder.neoStackSampler ??= new LogSampler(() => undefined));
  if (reason === null || stacks.admits(reason, 1, performance.now())) return full;
  return { type: full.type, message: full.message, digest: full.digest as unknown };
}

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
    serializers: { err: serializeError },
    hooks: { streamWrite: (line) => redact(line, secrets) },
  };
  return destination ? pino(options, destination) : pino(options);
}

let instance: pino.Logger | undefined;

/** The process's logger; see {@link createLogger}. */
export function log(): pino.Logger {
  return (instance ??= createLogger(env()));
}

/** Lines of one warning that are written in one second. */
const WARNINGS_PER_SECOND = 10;

/**
 * Warns of something that anybody on the network can bring about without signing in, as often as they like: ten lines of a
 * message a second, then a count.
 * @param message one of a closed list: nothing of the request is in it
 */
export function warnSampled(fields: object, message: string): void {
  const sampler = (holder.neoWarningSampler ??= new LogSampler((warning, suppressed) => {
    log().info({ warning, suppressed }, "more such warnings were left out within one second");
  }));
  if (sampler.admits(message, WARNINGS_PER_SECOND, performance.now())) log().warn(fields, message);
}
