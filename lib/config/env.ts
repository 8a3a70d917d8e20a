import { z } from "zod";

import { databaseConfig } from "@/lib/config/database-connection";
import { DatabaseUrlError } from "@/lib/config/database-url";
import { OUTGOING_SETTINGS } from "@/lib/config/outgoing-settings";
import { withSecretFiles } from "@/lib/config/secret-files";
import { misspeltSettings, tidySettings } from "@/lib/config/setting-mistakes";
import { choice, required, wholeNumber } from "@/lib/config/setting-types";
import { SIGN_IN_SETTINGS } from "@/lib/config/sign-in-settings";
import { AppError } from "@/lib/errors/app-error";

/** Every setting; docs/configuration.md describes them. */
const settings = z.object({
  DATABASE_URL: required(
    "DATABASE_URL",
    "the PostgreSQL connection string, postgresql://user:password@host:5432/database",
  ).pipe(
    z.string().superRefine((url, context) => {
      try {
        databaseConfig(url, { connectionTimeoutMillis: 0 });
      } catch (error) {
        if (!(error instanceof DatabaseUrlError)) throw error;
        context.addIssue({ code: "custom", message: error.message });
      }
    }),
  ),
  ...SIGN_IN_SETTINGS,
  /** The `<env>` part of every key this deployment issues (docs/api.md, "Credentials"). */
  NEO_ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9]{2,12}$/, "must be 2 to 12 of a-z and 0-9")
    .default("prod"),
  /** Calls a tenant may make in any 60 seconds, with all its keys and people together (docs/api.md, "Rate limits"). */
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000_000, 1200),
  /** Calls without a valid credential that one client address may make in any 60 seconds. */
  UNAUTHENTICATED_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000_000, 300),
  /** Keys an organisation may have that are neither revoked, expired nor replaced by a rotation. */
  KEYS_IN_USE_LIMIT: wholeNumber(1, 1_000_000_000, 1000),
  /** Keys an organisation may make in any 60 seconds, by creating and by rotating. */
  NEW_KEYS_PER_MINUTE: wholeNumber(1, 1_000_000_000, 60),
  /** How the usage of a key stores the addresses it was used from: whole, as their network, or not at all. */
  USAGE_ADDRESSES: choice(["full", "truncated", "off"], "full"),
  /** Your reverse proxies in front of this server, each of which adds to X-Forwarded-For. 0: the header is not trusted. */
  TRUSTED_PROXY_HOPS: wholeNumber(0, 10, 0),
  ...OUTGOING_SETTINGS,
  /** How long a migration waits for the database to respond (scripts/wait-for-database.ts). */
  DATABASE_WAIT_SECONDS: wholeNumber(0, 3_600, 60),
  /** The address that the server listens on, every one of the machine by default; HOSTNAME is read where HOST is not set. */
  HOST: z.string().optional(),
  HOSTNAME: z.string().optional(),
  PORT: wholeNumber(0, 65_535, 3_000),
  /** What this instance serves: everything, or one of the two entrances. */
  SERVE: choice(["both", "api", "dashboard"], "both"),
  /** How long an idle client connection stays open, in milliseconds: longer than a common proxy keeps it. */
  KEEP_ALIVE_TIMEOUT: wholeNumber(0, 3_600_000, 75_000),
  /** Which API calls are logged: refused ones, sampled under a flood, or all. */
  LOG_REQUESTS: choice(["refused", "all"], "refused"),
  LOG_LEVEL: choice(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
});

const NAMES = Object.keys(settings.shape);

const envSchema = settings
  .refine(({ SMTP_URL, MAIL_FROM }) => !SMTP_URL || Boolean(MAIL_FROM), {
    path: ["MAIL_FROM"],
    error: "MAIL_FROM is missing: the address that mail comes from, needed where SMTP_URL is set",
    when: () => true,
  })
  .refine(({ AZURE_AD_CLIENT_ID, AZURE_AD_TENANT_ID }) => AZURE_AD_CLIENT_ID.toLowerCase() !== AZURE_AD_TENANT_ID, {
    path: ["AZURE_AD_TENANT_ID"],
    error: "is the same as AZURE_AD_CLIENT_ID: copy the Directory (tenant) ID, which stands below it",
  })
  // Without any of these, the application would start and refuse everyone.
  .refine(
    ({ AZURE_AD_TENANT_ID, TENANTS, TENANT_SIGN_UP }) =>
      Boolean(AZURE_AD_TENANT_ID) || TENANTS.length > 0 || TENANT_SIGN_UP === "open",
    {
      path: ["AZURE_AD_TENANT_ID"],
      error:
        "AZURE_AD_TENANT_ID or TENANTS is missing: the Entra tenant that may sign in, or several of them (or TENANT_SIGN_UP=open for any)",
      // Also where other settings are wrong, so that one run reports them all.
      when: () => true,
    },
  );

export type Env = z.infer<typeof envSchema>;

/** See {@link misspeltSettings}. */
export const nearMisses = (source: NodeJS.Dict<string> = process.env) => misspeltSettings(source, NAMES);

/**
 * Reads and checks all settings, including those in files (lib/config/secret-files.ts).
 * @param source usually `process.env`
 * @throws AppError UNPROCESSABLE whose `fields` name every bad setting
 */
export function readEnv(source: NodeJS.Dict<string>): Env {
  const { settings: given, problems: fields } = withSecretFiles(source);
  const { values, problems } = tidySettings(given, NAMES);
  for (const [name, problem] of Object.entries(problems)) fields[name] ??= problem;
  const result = envSchema.safeParse(values);
  if (result.success && Object.keys(fields).length === 0) return result.data;
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0]);
    fields[name] ??= issue.message.startsWith(name) ? issue.message : `${name} ${issue.message}`;
  }
  const list = Object.values(fields).map((line) => `  - ${line}`);
  throw new AppError("UNPROCESSABLE", `These settings are missing or wrong:\n${list.join("\n")}`, { fields });
}

/** The window of the settings that count per minute, in milliseconds. */
export const LIMIT_WINDOW_MS = 60_000;

/** Whether people reach the dashboard by https, so that its cookies are `Secure`. */
export const isHttps = ({ NEXTAUTH_URL }: Pick<Env, "NEXTAUTH_URL"> = env()) => NEXTAUTH_URL.startsWith("https://");

let cached: Env | undefined;

/** The settings of this process, checked on first use; `server/boot.ts` calls it first. Throws like {@link readEnv}. */
export function env(): Env {
  return (cached ??= readEnv(process.env));
}
