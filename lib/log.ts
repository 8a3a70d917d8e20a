import "server-only";

import pino from "pino";

import { env } from "@/lib/env";

let instance: pino.Logger | undefined;

/** The process's structured logger: one JSON line an event, to standard output. Credentials never reach it. */
export function log(): pino.Logger {
  return (instance ??= pino({
    level: env().LOG_LEVEL,
    base: { service: "neo" },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        "*.authorization",
        "*.cookie",
        "authorization",
        "cookie",
        "*.key",
        "*.secret",
        "*.token",
        "key",
        "secret",
        "token",
      ],
      censor: "[redacted]",
    },
  }));
}
