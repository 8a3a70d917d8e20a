import "server-only";

import pino from "pino";

import { type Env, env } from "@/lib/config/env";
import { processWide } from "@/lib/config/process-wide";
import { type AppError, unavailableReason } from "@/lib/errors/app-error";
import { redact, secretsOf } from "@/lib/logging/redaction";
import { LogSampler } from "@/lib/logging/sampler";
import { currentRequestId } from "@/lib/logging/request-scope";
import { tracing } from "@/lib/telemetry/tracing-hook";

const stacks = processWide("stack sampler", () => new LogSampler<AppError["reason"]>(() => undefined));

/** An error as it is logged. In an outage every request fails with the same error, so its stack is written once a second. */
function serializeError(error: Error): object {
  const full = pino.stdSerializers.err(error);
  const reason = unavailableReason(error);
  if (reason === null || stacks.admits(reason, 1, performance.now())) return full;
  return { type: full.type, message: full.message, digest: full.digest as unknown };
}

/**
 * Makes a structured logger: one JSON line per event, with the request's id where it is known. Every line is redacted as it is written,
 * so no field, message or error cause can leak a credential.
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

/** Lines of one warning that are written each second. */
const WARNINGS_PER_SECOND = 10;

const warnings = processWide(
  "warning sampler",
  () =>
    new LogSampler<string>((warning, suppressed) => {
      log().info({ warning, suppressed }, "more such warnings were left out within one second");
    }),
);

/**
 * Warns of something that anyone on the network can cause without signing in: ten lines of a message a second, then a count.
 * @param message one of a fixed set, with nothing of the request in it
 */
export function warnSampled(fields: object, message: string): void {
  if (warnings.admits(message, WARNINGS_PER_SECOND, performance.now())) log().warn(fields, message);
}
