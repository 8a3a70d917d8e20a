import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import tls, { type ConnectionOptions, type SecureVersion } from "node:tls";

import { Client, type ClientConfig, Connection, type PoolConfig } from "pg";

import { fail, parseDatabaseUrl } from "@/lib/config/database-url";

type Parameters = ReadonlyMap<string, string>;

const MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;
type Mode = (typeof MODES)[number];

function fileOf(parameters: Parameters, name: string): string | undefined {
  const file = parameters.get(name);
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return fail(`has ${name}, but ${file} cannot be read (${why})`);
  }
}

function choice<Value extends string>(parameters: Parameters, name: string, values: readonly Value[]) {
  const value = parameters.get(name);
  const found = values.find((one) => one === value);
  if (value !== undefined && found === undefined)
    fail(`has ${name} with a value that is not one of ${values.join(", ")}`);
  return found;
}

function wholeNumber(parameters: Parameters, name: string): number | undefined {
  const value = parameters.get(name);
  if (value === undefined) return undefined;
  if (!/^[0-9]{1,9}$/.test(value)) fail(`has ${name} with a value that is not a whole number`);
  return Number(value);
}

/** `sslmode` as libpq understands it, with the one it has by default. */
function modeOf(parameters: Parameters): Mode {
  const given = parameters.get("sslmode");
  if (given === "allow") fail("has sslmode=allow, which is not supported; use prefer or require");
  if (given === "no-verify") fail("has sslmode=no-verify; use require, which verifies nothing either");
  const mode = choice(parameters, "sslmode", MODES);
  if (parameters.get("sslrootcert") !== "system") return mode ?? "prefer";
  if (mode && mode !== "verify-full")
    fail(`has sslrootcert=system with sslmode=${mode}, which is too weak; use verify-full`);
  return "verify-full";
}

/** The trusted certificate authorities: Node's and, where Node can list them, the system's. */
function systemAuthorities(): string[] | undefined {
  const { getCACertificates } = tls as { getCACertificates?: (type: "default" | "system") => string[] };
  return getCACertificates && [...getCACertificates("default"), ...getCACertificates("system")];
}

const PROTOCOLS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const satisfies readonly SecureVersion[];

/** Whether a text contains certificates, all readable: TLS silently skips unreadable ones. */
function areCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----.*?-----END [A-Z0-9 ]+-----/gs) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
    return blocks.length > 0;
  } catch {
    return false;
  }
}

/** @throws DatabaseUrlError where these files and versions could never connect, or would verify nothing */
function assertUsable({ ca, cert, key, crl, passphrase, minVersion, maxVersion }: ConnectionOptions): void {
  const attempt = (options: ConnectionOptions, problem: string) => {
    try {
      tls.createSecureContext(options);
    } catch {
      fail(problem);
    }
  };
  if (typeof ca === "string" && !areCertificates(ca))
    fail("has sslrootcert, but the file has no certificate in PEM form, or a broken one");
  if (cert !== undefined && key === undefined) fail("has sslcert without sslkey; name the file of its private key");
  if (key !== undefined && cert === undefined) fail("has sslkey without sslcert; name the file of its certificate");
  if (minVersion && maxVersion && minVersion > maxVersion)
    fail("has ssl_min_protocol_version above ssl_max_protocol_version");
  if (crl !== undefined) attempt({ crl }, "has sslcrl, but the file is no revocation list in PEM form");
  if (typeof cert === "string" && !areCertificates(cert))
    fail("has sslcert, but the file has no certificate in PEM form, or a broken one");
  if (cert !== undefined && key !== undefined)
    attempt(
      // Node treats an empty key as none.
      { cert, key: key || "none", passphrase },
      "has sslkey, but the file has no private key in PEM form, or another certificate's, or one that sslpassword does not open",
    );
}

/** A connection's TLS options, as libpq understands them. */
function tlsOf(parameters: Parameters, mode: Exclude<Mode, "disable">): ConnectionOptions {
  const root = parameters.get("sslrootcert");
  const ca = root === undefined || root === "system" ? systemAuthorities() : fileOf(parameters, "sslrootcert");
  const hasRoot = root !== undefined;
  if (mode === "verify-ca" && !hasRoot)
    fail("has sslmode=verify-ca without sslrootcert; name the file of the CA, or use verify-full");
  if (mode === "prefer" && hasRoot) fail("has sslrootcert, but its sslmode verifies nothing; use sslmode=verify-full");
  const verified = mode === "verify-full" || mode === "verify-ca" || (mode === "require" && hasRoot);
  const options: ConnectionOptions = {
    rejectUnauthorized: verified,
    // The certificate's chain is verified, the name in it is not.
    ...(verified && mode !== "verify-full" && { checkServerIdentity: () => undefined }),
    ca,
    cert: fileOf(parameters, "sslcert"),
    key: fileOf(parameters, "sslkey"),
    crl: fileOf(parameters, "sslcrl"),
    passphrase: parameters.get("sslpassword"),
    minVersion: choice(parameters, "ssl_min_protocol_version", PROTOCOLS),
    maxVersion: choice(parameters, "ssl_max_protocol_version", PROTOCOLS),
  };
  assertUsable(options);
  return options;
}

/** For `sslmode=prefer`: falls back to plain text where the server has no TLS; `pg` itself gives up. */
class PreferTlsConnection extends Connection {
  // The types of `pg` leave this method out.
  connect(port: number, host: string): void {
    const self = this as unknown as {
      stream: NodeJS.ReadableStream;
      attachListeners(stream: NodeJS.ReadableStream): void;
    };
    const inherited = Connection.prototype as unknown as { connect: { call(self: unknown, ...args: unknown[]): void } };
    inherited.connect.call(this, port, host);
    const [upgrade] = self.stream.listeners("data") as ((answer: Buffer) => void)[];
    self.stream.removeAllListeners("data");
    self.stream.once("data", (answer: Buffer) => {
      if (answer.toString() !== "N") return upgrade?.(answer);
      self.attachListeners(self.stream);
      // What `pg` waits for before it says who it is.
      this.emit("sslconnect");
    });
  }
}

class PreferTlsClient extends Client {
  constructor(config: ClientConfig) {
    // A pool hides its password from being copied along with the rest.
    super({ ...config, password: config.password, connection: new PreferTlsConnection(config) } as ClientConfig);
  }
}

/** What `pg` connects with, in pools and single clients. @throws DatabaseUrlError that names what is wrong with the URL */
export function databaseConfig(
  url: string,
  /** In milliseconds. A shorter `connect_timeout` of the URL counts. */
  limits: { readonly connectionTimeoutMillis: number; readonly keepAliveInitialDelayMillis?: number },
): PoolConfig {
  const { host, port, user, password, database, parameters } = parseDatabaseUrl(url);
  const isSocket = host.startsWith("/");
  const mode = modeOf(parameters);
  // On a socket there is no TLS, whatever the mode; libpq ignores it too.
  const ssl = mode === "disable" || isSocket ? false : tlsOf(parameters, mode);
  const binding = choice(parameters, "channel_binding", ["disable", "prefer", "require"]);
  if (binding === "require")
    fail("has channel_binding=require, which is not supported; use prefer and sslmode=verify-full");
  const negotiation = choice(parameters, "sslnegotiation", ["postgres", "direct"]);
  if (negotiation === "direct" && (ssl === false || mode === "prefer"))
    fail("has sslnegotiation=direct with a weak sslmode; use require, verify-ca or verify-full");
  const connectMs = (wholeNumber(parameters, "connect_timeout") ?? 0) * 1_000;
  const idleS = wholeNumber(parameters, "keepalives_idle");
  const keepAlive = choice(parameters, "keepalives", ["0", "1"]) !== "0";
  return {
    host,
    port,
    user,
    password,
    database,
    ssl,
    Client: mode === "prefer" && ssl ? PreferTlsClient : undefined,
    sslnegotiation: negotiation,
    enableChannelBinding: binding === "prefer",
    application_name: parameters.get("application_name"),
    fallback_application_name: parameters.get("fallback_application_name"),
    options: parameters.get("options"),
    statement_timeout: wholeNumber(parameters, "statement_timeout"),
    lock_timeout: wholeNumber(parameters, "lock_timeout"),
    idle_in_transaction_session_timeout: wholeNumber(parameters, "idle_in_transaction_session_timeout"),
    ...limits,
    ...(connectMs > 0 && { connectionTimeoutMillis: Math.min(connectMs, limits.connectionTimeoutMillis) }),
    keepAlive,
    ...(idleS !== undefined && idleS > 0 && { keepAliveInitialDelayMillis: idleS * 1_000 }),
  } as PoolConfig;
}

/** A single connection, not yet opened. @throws DatabaseUrlError as {@link databaseConfig} */
export function databaseClient(url: string, connectionTimeoutMillis = 10_000): Client {
  const { Client: preferred, ...config } = databaseConfig(url, { connectionTimeoutMillis });
  return preferred ? new PreferTlsClient(config) : new Client(config);
}

/**
 * Opens a single connection.
 * @throws DatabaseUrlError where the server wants a password that is not set, or a pooler refuses one of the URL's parameters;
 *   the connection's error, after closing it
 */
export async function connectClient(client: Client): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    // Without this, server and process would keep waiting after `pg` gave up.
    void client.end().catch(() => undefined);
    const message = error instanceof Error ? error.message : "";
    if (/client password must be a/i.test(message)) fail("has no password, and the server asks for one");
    // PgBouncer's message.
    const [, refused] = /unsupported startup parameter(?: in options)?: ([a-z_]{1,40})/i.exec(message) ?? [];
    if (refused)
      fail(
        `has ${refused}, which the connection pooler refuses; leave it out and set it for the role (ALTER ROLE … SET), or connect to PostgreSQL itself`,
      );
    throw error;
  }
}
