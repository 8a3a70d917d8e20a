import type { Env } from "@/lib/config/env";
import { SECRET_SETTINGS } from "@/lib/config/secret-files";

/**
 * Settings that are public on /api/health: limits and operation, nothing that names an organisation, a person, a server or an
 * address.
 */
const PUBLIC_SETTINGS = [
  "TENANT_SIGN_UP",
  "RATE_LIMIT_PER_MINUTE",
  "UNAUTHENTICATED_LIMIT_PER_MINUTE",
  "KEYS_IN_USE_LIMIT",
  "NEW_KEYS_PER_MINUTE",
  "SESSION_IDLE_HOURS",
  "SESSION_MAX_DAYS",
  "FRESH_SIGN_IN_SECONDS",
  "LOG_LEVEL",
] as const satisfies readonly (keyof Env)[];

/** Masks the user and password of an address; other values are unchanged. */
const withoutLogin = (value: unknown) =>
  typeof value === "string" ? value.replace(/^([a-z][a-z0-9+.-]*:\/\/).*@/i, "$1***@") : value;

/** The effective settings for the operator's log: values by name without secrets, and which secret settings are set. */
export function effectiveSettings(env: Env) {
  const plain = Object.entries(env).filter(([name]) => !SECRET_SETTINGS.some((secret) => secret === name));
  return {
    settings: Object.fromEntries(plain.map(([name, value]) => [name, withoutLogin(value)])),
    set: SECRET_SETTINGS.filter((name) => env[name]),
    notSet: SECRET_SETTINGS.filter((name) => !env[name]),
  };
}

/** The public settings. @param env the checked settings */
export function publicSettings(env: Env): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PUBLIC_SETTINGS.map((name) => [name, env[name]]));
}
