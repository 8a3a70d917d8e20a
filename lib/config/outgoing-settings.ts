import { z } from "zod";

import { isNoProxy, isProxyAddress, withScheme } from "@/lib/config/outgoing-proxy";
import { checked, choice } from "@/lib/config/setting-types";
import { isPercentEncoded } from "@/lib/text/percent-encoding";

const proxyAddress = z
  .string()
  .transform(withScheme)
  .refine(
    isProxyAddress,
    "must be the address of an HTTP proxy, such as http://proxy.example.com:3128 (no SOCKS, no path; % in a password is %25)",
  )
  .optional();

/** The port that expects TLS immediately (RFC 8314), and those that expect STARTTLS, each under the scheme that is wrong for it. */
const SMTP_PORTS: Readonly<Record<string, readonly string[]>> = { "smtp:": ["465"], "smtps:": ["25", "587"] };

/** What is wrong with the address of a mail server, without its password; null when nothing is. */
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

/** What is wrong with the address of an OpenTelemetry collector; null when nothing is. */
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
const NOT_ENCODED = "has a % that is not followed by two hexadecimal digits: write it as %25";

/** What the server connects to besides its database, and who may read its metrics. */
export const OUTGOING_SETTINGS = {
  /** The proxy for https:// addresses: Microsoft's and a collector's, never the database's or the mail server's. */
  HTTPS_PROXY: proxyAddress,
  /** The proxy for http:// addresses: a collector's. */
  HTTP_PROXY: proxyAddress,
  /** What is reached without a proxy (lib/config/outgoing-proxy.ts). */
  NO_PROXY: z
    .string()
    .refine(
      isNoProxy,
      "must be hosts, domains, IP addresses or networks such as 10.0.0.0/8, each perhaps with a port, separated by commas; or *",
    )
    .optional(),
  /** The mail server, `smtps://user:password@host`; without it no mail is sent. */
  SMTP_URL: checked(smtpProblem),
  /** The sender of mail; needed with SMTP_URL. */
  MAIL_FROM: z.email("must be an e-mail address alone, such as neo@example.com").optional(),
  /** The bearer token with which Prometheus reads /api/metrics; without it the address does not exist. */
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, "must be 32 or more letters, digits and signs without a blank")
    .optional(),
  /** The collector that receives traces by OTLP over HTTP; /v1/traces is added. Without it there are no traces. */
  OTEL_EXPORTER_OTLP_ENDPOINT: checked(collectorProblem),
  /** Headers for the collector, such as its token: `name=value,name=value`. */
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(HEADER_LIST, "must be name=value,name=value; write a comma in a value as %2C, a blank as %20")
    .refine(isPercentEncoded, NOT_ENCODED)
    .optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal("http/json", { error: "must be http/json, the only form that is sent: leave it out" })
    .optional(),
  /** The share of requests that are traced, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.[0-9]{1,9})?|1(\.0{1,9})?)$/, "must be a number from 0 to 1, such as 0.05")
    .default("1")
    .transform(Number),
  OTEL_SERVICE_NAME: z
    .string()
    .refine((name) => name.length <= 255, "must have 255 characters at most")
    .default("neo"),
  /** Attributes for traces, `key=value,key=value`; they override the application's own. */
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .regex(
      /^\s*[^\s,=]+\s*=[^,=]*(,\s*[^\s,=]+\s*=[^,=]*)*,?\s*$/,
      "must be key=value,key=value; write a comma as %2C, an equals sign as %3D",
    )
    .refine(
      (text) => text.split(/[,=]/).every((part) => part.trim().length <= 255),
      "has a key or a value of more than 255 characters",
    )
    .refine(isPercentEncoded, NOT_ENCODED)
    .optional(),
  /** `tracecontext` continues the trace of a request's `traceparent`, which only your own gateway may set. */
  OTEL_PROPAGATORS: choice(["none", "tracecontext"], "none"),
};
