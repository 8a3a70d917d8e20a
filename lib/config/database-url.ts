import { isPercentEncoded } from "@/lib/text/percent-encoding";

/** What is wrong with a connection string; the message never contains a password. */
export class DatabaseUrlError extends Error {
  /** @param problem in words that follow the setting's name */
  constructor(problem: string) {
    super(`DATABASE_URL ${problem}`);
  }
}

/** Refuses a connection string. @throws DatabaseUrlError */
export const fail = (message: string): never => {
  throw new DatabaseUrlError(message);
};

const written = (signs: Iterable<string>) =>
  [...new Set(signs)].map((sign) => `${sign === " " ? "a space" : sign} as ${encodeURIComponent(sign)}`).join(", ");

/** The parts of the parameters that a URL may also have in its query. */
const PARTS = ["host", "port", "user", "password", "dbname"];

const HONOURED = [
  ...["sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "sslnegotiation"],
  ...["ssl_min_protocol_version", "ssl_max_protocol_version", "channel_binding"],
  ...["application_name", "fallback_application_name", "options", "connect_timeout", "keepalives", "keepalives_idle"],
  ...["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"],
];

/** Parameters accepted only with the value that applies anyway: those values, and the remedy for any other. */
const FIXED: Readonly<Record<string, readonly [values: RegExp, remedy: string]>> = {
  target_session_attrs: [/^(any|read-write|primary)$/, "only a writable server will do: leave it out"],
  load_balance_hosts: [/^disable$/, "leave it out: only one host is supported"],
  gssencmode: [/^(disable|prefer)$/, "Kerberos encryption is not supported: use sslmode"],
  sslcompression: [/^0$/, "compression is not supported: leave it out"],
  sslsni: [/^1$/, "the server's name is always sent: leave it out"],
  client_encoding: [/^(utf-?8|auto)$/i, "the encoding is always UTF8: leave it out"],
  uselibpqcompat: [/^true$/, "sslmode means what it means to psql: leave it out"],
  schema: [/^public$/, "set the search_path of the role instead: ALTER ROLE … SET search_path"],
  pgbouncer: [
    /^false$/,
    "prepared statements are always used: set pool_mode = session, or max_prepared_statements (PgBouncer 1.21 or newer), and leave it out",
  ],
};

const POOLS = "the pools have fixed sizes and timeouts (docs/deployment.md, “Sizing”): leave it out";
const POOL_PARAMETERS = [
  ...["query_timeout", "connection_limit", "pool_timeout", "socket_timeout", "statement_cache_size"],
  ...["max_idle_connection_lifetime", "max_connection_lifetime", "single_use_connections"],
];
const VERIFY = "use sslmode=verify-full with sslrootcert";
const UNSUPPORTED: Readonly<Record<string, string>> = {
  hostaddr: "give the address as the host",
  sslcrldir: "use sslcrl, a file",
  sslcertmode: "leave it out; a certificate is sent where sslcert is set",
  sslaccept: VERIFY,
  sslidentity: "use sslcert and sslkey",
  requiressl: "use sslmode=require",
  require_auth: VERIFY,
  requirepeer: "protect the socket's folder instead",
  keepalives_interval: "it is 1 second: leave it out",
  keepalives_count: "it is 10: leave it out",
  tcp_user_timeout: "leave it out; keepalives_idle is honoured",
  service: "write the connection's parts into the URL",
  passfile: "write the password into the URL, or the URL into a file: DATABASE_URL_FILE",
  replication: "leave it out",
};

/** Rejects unencoded characters that would end a part of the URL early, before any part of it may be printed as a name. */
function checkSigns(rest: string): void {
  if (/[\r\n\t]/.test(rest)) fail("has a line break or tab in it; remove it");
  const credentialsEnd = rest.lastIndexOf("@");
  const credentials = rest.slice(0, Math.max(credentialsEnd, 0));
  const signs = credentials.match(/[#/?@ ]|%(?![0-9a-f]{2})/gi) ?? [];
  // An @ in a parameter with none before it is indistinguishable from a password with a "?" in it.
  if (signs.length > 0)
    fail(
      `has signs in its user or password (or an @ in a parameter) that must be percent-encoded: write ${written(signs)}`,
    );
  const others = rest.slice(credentialsEnd + 1).match(/[# ]|%(?![0-9a-f]{2})/gi) ?? [];
  if (others.length > 0) fail(`has signs after its host that must be percent-encoded: write ${written(others)}`);
}

function decode(text: string, part: string): string {
  if (!isPercentEncoded(text)) return fail(`has a percent-encoding in its ${part} that is not UTF-8`);
  const decoded = decodeURIComponent(text);
  // PostgreSQL would end the text there.
  return decoded.includes("\0") ? fail(`has a %00 in its ${part}; remove it`) : decoded;
}

function readParameters(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&").filter(Boolean)) {
    const [, rawName = "", rawValue] = /^([^=]*)(?:=(.*))?$/s.exec(pair) ?? [];
    const name = decode(rawName, "parameters");
    // A malformed name may be part of a secret.
    if (!/^[a-z][a-z0-9_]{0,39}$/i.test(name)) fail("has a parameter without a proper name after the ?");
    if (rawValue === undefined) return fail(`has ${name} without a value; write ${name}=…, or remove it`);
    if (parameters.has(name)) fail(`has ${name} twice`);
    // Programs encode the space in options as a plus, and no option contains a plus.
    const value = decode(name === "options" ? rawValue.replaceAll("+", " ") : rawValue, `parameter ${name}`);
    const [key, given] = name === "ssl" ? ["sslmode", sslmodeOf(value)] : [name, value];
    checkParameter(key, given);
    if (given !== "") parameters.set(key, given);
  }
  return parameters;
}

function sslmodeOf(ssl: string): string {
  if (/^(true|1)$/.test(ssl)) return "require";
  return /^(false|0)$/.test(ssl) ? "disable" : fail("has ssl with a value that is not true or false; use sslmode");
}

function checkParameter(name: string, value: string): void {
  if (PARTS.includes(name) || HONOURED.includes(name)) return;
  const fixed = FIXED[name];
  if (fixed) {
    if (!fixed[0].test(value)) fail(`has ${name} with a value that is not supported; ${fixed[1]}`);
    return;
  }
  const remedy = POOL_PARAMETERS.includes(name) ? POOLS : UNSUPPORTED[name];
  if (remedy) fail(`has ${name}, which is not supported; ${remedy}`);
  const squeezed = (text: string) => text.replaceAll("_", "").toLowerCase();
  // Ignoring a misspelt sslmode could mean connecting without TLS.
  const meant = [...PARTS, ...HONOURED, ...Object.keys(FIXED)].find((known) => squeezed(known) === squeezed(name));
  fail(`has ${name}, which is not a known parameter; ${meant ? `write ${meant}` : "remove it"}`);
}

/**
 * Reads a connection string as libpq does, for one host.
 * @throws DatabaseUrlError that names the part or the parameter that is wrong, and the remedy; never a secret
 */
export function parseDatabaseUrl(text: string) {
  if (/^["'`]/.test(text.trim())) fail("has a quote at its beginning: remove it");
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/is.exec(text.trim()) ?? [];
  if (rest === undefined) return fail("must begin with postgresql://");
  checkSigns(rest);
  const [, userinfo, address = "", path = "", query = ""] =
    /^(?:([^@]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest) ?? [];
  const parameters = readParameters(query);
  const [, rawUser = "", rawPassword] = /^([^:]*)(?::(.*))?$/s.exec(userinfo ?? "") ?? [];

  if ([address, parameters.get("host"), parameters.get("port")].some((part) => part?.includes(",")))
    fail(
      "names several hosts; name one that always leads to the writable server: a proxy, a virtual address or the provider's cluster endpoint",
    );
  if (/^[^[].*:.*:/.test(address)) fail("has a host that cannot be read; an IPv6 address needs brackets: [::1]:5432");
  const [, bracketed, name, rawPort] = /^(?:\[([0-9a-f:.]+(?:%25[\w.~-]+)?)\]|([^:[\]]*))(?::(.*))?$/i.exec(
    address,
  ) ?? [fail("has a host that cannot be read")];
  const host = parameters.get("host") ?? decode(bracketed ?? name ?? "", "host");
  if (!host) fail("names no host; write postgresql://user:password@host:5432/database");
  const port = parameters.get("port") ?? (rawPort === "" ? "5432" : (rawPort ?? "5432"));
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    fail("has a port that is not a number from 1 to 65535 (a colon in the user must be written as %3A)");
  return {
    host,
    port: Number(port),
    user: parameters.get("user") ?? (decode(rawUser, "user") || undefined),
    password: parameters.get("password") ?? (rawPassword === undefined ? undefined : decode(rawPassword, "password")),
    database: parameters.get("dbname") ?? (decode(path, "database") || undefined),
    parameters,
  };
}
