import { z } from "zod";

import { DatabaseUrlError } from "@/lib/config/database-url";
import { databaseConfig } from "@/lib/config/database-connection";
import { AppError } from "@/lib/errors/app-error";
import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { isLoopback, isNoProxy, isProxyAddress, PROXY_SETTINGS, withScheme } from "@/lib/config/outgoing-proxy";
import { isPercentEncoded } from "@/lib/text/percent-encoding";
import { withSecretFiles } from "@/lib/config/secret-files";

const guid = z.guid("must be a GUID such as 11111111-2222-3333-4444-555555555555");
const blankIsUnset = (value: unknown) => (value === "" ? undefined : value);
const required = (name: string, hint: string) =>
  z.preprocess(blankIsUnset, z.string({ error: `${name} is missing: ${hint}` }));

/** The id of an organisation's directory. */
const organisation = guid
  .toLowerCase()
  .refine(
    (id) => id !== PERSONAL_TENANT,
    `has ${PERSONAL_TENANT}, which stands for personal Microsoft accounts: those can't sign in`,
  );

/** One of these words. */
const choice = <const Words extends readonly [string, string, ...string[]]>(words: Words, standard: Words[number]) =>
  z.preprocess(
    blankIsUnset,
    z.enum(words, { error: `must be ${words.slice(0, -1).join(", ")} or ${String(words.at(-1))}` }).default(standard),
  );

/** Entra tenant ids, separated by commas or blanks. */
const tenantList = z.preprocess(
  blankIsUnset,
  z
    .string()
    .default("")
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(organisation))
    .superRefine((ids, context) => {
      const twice = ids.find((id, n) => ids.indexOf(id) !== n);
      if (twice)
        context.addIssue({ code: "custom", message: `has ${twice} twice: remove it, or write the one you meant` });
    }),
);

/** Decimal digits alone: no sign, no exponent, no zeros in front, which other programs read as octal. */
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,9})$/;

/** A whole number of this range; `standard` when it is unset. */
const wholeNumber = (least: number, most: number, standard: number) => {
  const error = `must be a whole number from ${least} to ${most}, in digits such as ${standard}`;
  return z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(WHOLE_NUMBER, error)
      .default(String(standard))
      .transform(Number)
      .refine((value) => value >= least && value <= most, error),
  );
};

const proxyAddress = z.preprocess(
  blankIsUnset,
  z
    .string()
    .transform(withScheme)
    .refine(
      isProxyAddress,
      "must be the address of an HTTP proxy, such as http://proxy.example.com:3128 (no SOCKS, no path; % in a password is %25)",
    )
    .optional(),
);

/** As it is written: a URL that was read has its dots, empty query and backslashes tidied away. */
const isOrigin = (address: string) => !URL.canParse(address) || /^https?:\/\/[^/?#\\@]+\/?$/i.test(address);

/** Whether a browser can open this host and port: no pattern, no list, and not "every address of this machine". */
const isOpenable = (address: string) => {
  if (!URL.canParse(address)) return true;
  const { hostname, port } = new URL(address);
  const isHost = /^(?:\[.+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/.test(hostname);
  return isHost && !["0.0.0.0", "[::]"].includes(hostname) && port !== "0";
};

const isSafeOrigin = (address: string) => {
  if (!URL.canParse(address)) return true;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || isLoopback(hostname);
};

/** The port that expects TLS immediately (RFC 8314), and those that expect STARTTLS, each under the scheme that is wrong for it. */
const SMTP_PORTS: Readonly<Record<string, readonly string[]>> = { "smtp:": ["465"], "smtps:": ["25", "587"] };

/** What is wrong with the address of a mail server, without anything of its password; null when nothing is. */
function smtpProblem(text: string): string | null {
  const shape = "must be smtps://user:password@host:port or smtp://…";
  if (!/^smtps?:\/\//i.test(text)) return shape;
  const credentials = text.slice(0, Math.max(text.lastIndexOf("@"), 0)).replace(/^smtps?:\/\//i, "");
  if (/[#/?@\s]|%(?![0-9a-f]{2})/i.test(credentials))
    return "has a sign in its user or password that must be percent-encoded: # as %23, / as %2F, ? as %3F, @ as %40, % as %25";
  if (!URL.canParse(text)) return `${shape}, with a port from 1 to 65535`;
  const { protocol, hostname, port, username, password, pathname, hash } = new URL(text);
  if (hostname === "" || port === "0") return shape;
  if (!isPercentEncoded(username + password)) return "has a percent-encoding in its user or password that is not UTF-8";
  if (Boolean(username) !== Boolean(password)) return "has a user or a password, but not both";
  if (!/^\/?$/.test(pathname) || hash) return "must have nothing after its host and port";
  if (!SMTP_PORTS[protocol]?.includes(port)) return null;
  return protocol === "smtps:"
    ? `has port ${port}, where TLS begins later: write smtp://, which uses STARTTLS`
    : "has port 465, where TLS begins immediately: write smtps://";
}

/** What is wrong with the address of a collector; null when nothing is. */
function collectorProblem(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    return "must be an http or https address, such as http://collector:4318";
  const { pathname, search, hash, port } = new URL(text);
  if (search || hash) return "must be an address without a query or fragment";
  if (/\/v1\/traces\/?$/.test(pathname)) return "must be the address without v1/traces at its end, which is added";
  return port === "4317" ? "has port 4317, the collector's for gRPC: write its port for HTTP, 4318 as a rule" : null;
}

/** A header list as OpenTelemetry writes it: `key=value,key=value`, the values percent-encoded. */
const HEADER_LIST = /^\s*[\w!#$%&'*+.^`|~-]+\s*=[^,;\s][^,;]*(,\s*[\w!#$%&'*+.^`|~-]+\s*=[^,;\s][^,;]*)*,?\s*$/;

/** A text of which a function says what is wrong with it. */
const checked = (problemOf: (text: string) => string | null) =>
  z.preprocess(
    blankIsUnset,
    z
      .string()
      .superRefine((text, context) => {
        const message = problemOf(text);
        if (message) context.addIssue({ code: "custom", message });
      })
      .optional(),
  );

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
  AZURE_AD_CLIENT_ID: required(
    "AZURE_AD_CLIENT_ID",
    "the Application (client) ID of the Microsoft app registration",
  ).pipe(guid),
  AZURE_AD_CLIENT_SECRET: required("AZURE_AD_CLIENT_SECRET", "a client secret of the Microsoft app registration").pipe(
    z.string().refine(
      // In braces, as a URN or without dashes, too: a value has 40 characters.
      (value) => !/^(?:urn:uuid:)?\{?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?$/i.test(value),
      "is the secret's ID, not its value: make a new client secret in Entra and copy its Value, which is shown only once",
    ),
  ),
  /** Set: only this Entra tenant may sign in, whatever TENANTS and TENANT_SIGN_UP say. */
  AZURE_AD_TENANT_ID: z.preprocess(blankIsUnset, organisation.optional()),
  TENANTS: tenantList,
  /** Which organisations the first sign-in of one of their people lets in: those in TENANTS, or any (lib/microsoft/tenants.ts). */
  TENANT_SIGN_UP: choice(["open", "listed"], "listed"),
  NEXTAUTH_URL: required("NEXTAUTH_URL", "the address people open, https://keys.example.com").pipe(
    z
      .url({ protocol: /^https?$/, error: "must be an http or https address, such as https://keys.example.com" })
      .refine(isOrigin, "must be an address without a user, path, query or fragment, such as https://keys.example.com")
      .refine(isOpenable, "must have a host and port that browsers can open, such as https://keys.example.com")
      .refine(
        isSafeOrigin,
        "must begin with https://, unless it is localhost: Microsoft sends nobody back to http, and cookies would go unencrypted",
      )
      // One spelling: HTTPS:// and a host in capitals mean the same, and cookies are secure where it begins with https://.
      .transform((address) => (URL.canParse(address) ? new URL(address).origin : address)),
  ),
  NEXTAUTH_SECRET: required("NEXTAUTH_SECRET", "32 or more random characters, e.g. from openssl rand -base64 32").pipe(
    z
      .string()
      .min(32, "must have 32 characters or more")
      // 32 random hexadecimal digits have more, but for one in 300,000.
      .refine((value) => new Set(value).size > 8, "is not random: it repeats a few characters"),
  ),
  /** The `<env>` part of every key this deployment issues (docs/api.md, "Credentials"). */
  NEO_ENVIRONMENT: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^[a-z0-9]{2,12}$/, "must be 2 to 12 of a-z and 0-9")
      .default("prod"),
  ),
  /** Calls a tenant may make in any 60 seconds, with all its keys and people together (docs/api.md, "Rate limits"). */
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000_000, 1200),
  /** Calls without a valid credential that one client address may make in any 60 seconds. */
  UNAUTHENTICATED_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000_000, 300),
  /** Keys an organisation may have that are neither revoked, expired nor replaced by a rotation. */
  KEYS_IN_USE_LIMIT: wholeNumber(1, 1_000_000_000, 1000),
  /** Keys an organisation may make in any 60 seconds, by creating and by rotating. */
  NEW_KEYS_PER_MINUTE: wholeNumber(1, 1_000_000_000, 60),
  /** How many reverse proxies of ours stand before this server, each of which adds to X-Forwarded-For. 0: the field is not believed. */
  TRUSTED_PROXY_HOPS: wholeNumber(0, 10, 0),
  /** Hours without a request after which a session of the dashboard ends. */
  SESSION_IDLE_HOURS: wholeNumber(1, 720, 8),
  /** Days after the sign-in after which a session of the dashboard ends, used or not. */
  SESSION_MAX_DAYS: wholeNumber(1, 90, 7),
  /** The proxy for https:// addresses: Microsoft's and a collector's, never the database's or the mail server's. */
  HTTPS_PROXY: proxyAddress,
  /** The proxy for http:// addresses: a collector's. */
  HTTP_PROXY: proxyAddress,
  /** What is reached without a proxy (lib/config/outgoing-proxy.ts). */
  NO_PROXY: z.preprocess(
    blankIsUnset,
    z
      .string()
      .refine(
        isNoProxy,
        "must be hosts, domains, IP addresses or networks such as 10.0.0.0/8, each perhaps with a port, separated by commas; or *",
      )
      .optional(),
  ),
  /** Where mail is handed over, `smtps://user:password@host`; without it nothing is mailed. */
  SMTP_URL: checked(smtpProblem),
  /** Whom mail comes from; needed with SMTP_URL. */
  MAIL_FROM: z.preprocess(blankIsUnset, z.email("must be an e-mail address alone, such as neo@example.com").optional()),
  /** What a Prometheus server sends as its bearer token to read /api/metrics; without it there is no such address. */
  METRICS_TOKEN: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^[\x21-\x7e]{32,}$/, "must be 32 or more letters, digits and signs without a blank")
      .optional(),
  ),
  /** Where traces go, by OTLP over HTTP: the collector's address, to which /v1/traces is added. Without it there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: checked(collectorProblem),
  /** What is sent to the collector beside the traces, such as its token: `name=value,name=value`. */
  OTEL_EXPORTER_OTLP_HEADERS: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(HEADER_LIST, "must be name=value,name=value; write a comma in a value as %2C, a blank as %20")
      .refine(isPercentEncoded, "has a % that is not followed by two hexadecimal digits: write it as %25")
      .optional(),
  ),
  /** OpenTelemetry's name for the form of what is sent. */
  OTEL_EXPORTER_OTLP_PROTOCOL: z.preprocess(
    blankIsUnset,
    z.literal("http/json", { error: "must be http/json, the only form that is sent: leave it out" }).optional(),
  ),
  /** The share of requests that are traced, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(/^(0(\.[0-9]{1,9})?|1(\.0{1,9})?)$/, "must be a number from 0 to 1, such as 0.05")
      .default("1")
      .transform(Number),
  ),
  /** What traces call this service. */
  OTEL_SERVICE_NAME: z.preprocess(blankIsUnset, z.string().max(255, "must have 255 characters at most").default("neo")),
  /** More about this service for its traces, `key=value,key=value`; it wins over what the application says itself. */
  OTEL_RESOURCE_ATTRIBUTES: z.preprocess(
    blankIsUnset,
    z
      .string()
      .regex(
        /^\s*[^\s,=]+\s*=[^,=]*(,\s*[^\s,=]+\s*=[^,=]*)*,?\s*$/,
        "must be key=value,key=value; write a comma as %2C, an equals sign as %3D",
      )
      .refine(
        (text) => text.split(/[,=]/).every((part) => part.trim().length <= 255),
        "has a key or a value of more than 255 characters",
      )
      .refine(isPercentEncoded, "has a % that is not followed by two hexadecimal digits: write it as %25")
      .optional(),
  ),
  /** `tracecontext`: a request goes on with the trace that its `traceparent` names, which only a gateway of one's own may set. */
  OTEL_PROPAGATORS: choice(["none", "tracecontext"], "none"),
  /** Seconds that a migration waits for a database that does not answer yet (scripts/wait-for-database.ts). */
  DATABASE_WAIT_SECONDS: wholeNumber(0, 3_600, 60),
  /** Read by Next: how long an idle connection of a client is kept open, in milliseconds. */
  KEEP_ALIVE_TIMEOUT: wholeNumber(0, 3_600_000, 5_000),
  /** Which calls of the API have a log line: those that are refused, sampled under a flood, or all. */
  LOG_REQUESTS: choice(["refused", "all"], "refused"),
  LOG_LEVEL: choice(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
});

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
  // Without either the application would start and then refuse everybody.
  .refine(
    ({ AZURE_AD_TENANT_ID, TENANTS, TENANT_SIGN_UP }) =>
      Boolean(AZURE_AD_TENANT_ID) || TENANTS.length > 0 || TENANT_SIGN_UP === "open",
    {
      path: ["AZURE_AD_TENANT_ID"],
      error:
        "AZURE_AD_TENANT_ID or TENANTS is missing: the Entra tenant that may sign in, or several of them (or TENANT_SIGN_UP=open for any)",
      // Also where other settings are wrong: all are named at once.
      when: () => true,
    },
  );

export type Env = z.infer<typeof envSchema>;

/** What README and docs show in the place of a value. */
const PLACEHOLDER =
  /^(what openssl rand|the client secret's value$|the directory \(tenant\) ID$)|YOUR-ADDRESS|:PASSWORD@/i;

/** What stands for a value that nobody, or no program, put in. */
const UNFILLED =
  /^(?:undefined|null|todo|tbd|change[-_ ]?(?:me|it)|replace[-_ ]?me|your[-_ ].*|<[^<>]*>|\*{3,}|x{3,}|\$[A-Z_]+|\$\{[^{}]*\}|\$\([^()]*\)|%[A-Z_]+%|\$?\{\{.*\}\})$/i;

/**
 * The settings without the whitespace around them, which an editor, a file or a copied line adds.
 * @returns them, and by setting what no value of it can be: one in quotes, an example or a placeholder
 */
function tidied(source: Readonly<Record<string, string | undefined>>) {
  const values: Record<string, string | undefined> = { ...source };
  const problems: Record<string, string> = {};
  for (const name of Object.keys(settings.shape)) {
    const names = PROXY_SETTINGS.includes(name) ? [name.toLowerCase(), name] : [name];
    const value = names.map((spelling) => source[spelling]?.trim()).find(Boolean) ?? source[name]?.trim();
    values[name] = value;
    if (!value) continue;
    const hidden = /[\p{Cc}\p{Cf}]/u.exec(value)?.[0].codePointAt(0);
    if (/^(["'`]).*\1$|^“.*”$|^‘.*’$/s.test(value)) problems[name] = `${name} has quotes around its value: remove them`;
    else if (/^["'`“”‘’„«»]|["'`“”‘’„«»]$/.test(value))
      problems[name] = `${name} has a quote on one side of its value: remove it`;
    else if (hidden !== undefined)
      problems[name] =
        `${name} has a character in it that can't be seen (U+${hidden.toString(16).toUpperCase().padStart(4, "0")}): write it anew`;
    else if (PLACEHOLDER.test(value))
      problems[name] = `${name} is the example of the README: put your own value in its place`;
    else if (UNFILLED.test(value))
      problems[name] =
        `${name} has a placeholder, or a variable that nothing replaced: put your own value in its place`;
  }
  return { values, problems };
}

/**
 * Names in the environment that are nearly those of settings, as NEXT_AUTH_URL or azure_ad_client_id.
 * @returns a line for each, with the name that was probably meant
 */
export function nearMisses(source: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const squeezed = (name: string) => name.replaceAll(/[_-]/g, "").toUpperCase();
  const meant = new Map(Object.keys(settings.shape).map((name) => [squeezed(name), name]));
  return Object.keys(source).flatMap((name) => {
    const setting = meant.get(squeezed(name));
    const isRead = setting === name || (PROXY_SETTINGS.includes(name.toUpperCase()) && name === name.toLowerCase());
    return setting && !isRead && source[name]?.trim()
      ? [`${name} is no setting of this application and is ignored; ${setting} is.`]
      : [];
  });
}

/**
 * Reads and checks all settings, those in files too (lib/config/secret-files.ts).
 * @param source usually `process.env`
 * @throws AppError UNPROCESSABLE whose `fields` name every bad variable at once
 */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const { settings: given, problems: fields } = withSecretFiles(source);
  const { values, problems } = tidied(given);
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

/** The settings of this process, checked on first use; `instrumentation.ts` calls it at boot. Throws like {@link readEnv}. */
export function env(): Env {
  return (cached ??= readEnv(process.env));
}
