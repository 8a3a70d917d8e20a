import "server-only";

import { type Attributes, SpanKind } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

import { redact } from "@/lib/logging/redaction";

/**
 * The attributes that leave the process. Next's own also have the whole address, with its query: what was searched for, an
 * invitation's token, an OAuth code.
 */
const KEPT = new Set([
  "http.request.method",
  "http.response.status_code",
  "http.route",
  "next.route",
  "next.page",
  "next.segment",
  "next.span_type",
  "next.rsc",
  "server.address",
  "server.port",
  "url.scheme",
  "error.type",
  "db.system.name",
  "db.operation.name",
  "neo.request_id",
]);

const kept = (attributes: Attributes, names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name)));

const EXCEPTION_TYPE = new Set(["exception.type"]);

/** Next's names of attributes, and those of today's HTTP semantic conventions. */
const CURRENT_NAMES: Readonly<Record<string, string>> = {
  "http.method": "http.request.method",
  "http.status_code": "http.response.status_code",
  "net.peer.name": "server.address",
  "net.peer.port": "server.port",
};

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

/** The address that people and programs open, of which a span of a request says the scheme, the name and the port. */
export type PublicAddress = Pick<URL, "protocol" | "hostname" | "port">;

/** Attributes by the names of the HTTP semantic conventions, with what these require of a request beside Next's own. */
function conventional(span: Pick<ReadableSpan, "attributes" | "kind">, address: PublicAddress): Attributes {
  const named: Attributes = {};
  for (const [name, value] of Object.entries(span.attributes)) named[CURRENT_NAMES[name] ?? name] = value;
  const method = named["http.request.method"];
  if (typeof method === "string" && !METHODS.has(method)) named["http.request.method"] = "_OTHER";
  const status = Number(named["http.response.status_code"]);
  const isServer = span.kind === SpanKind.SERVER && method !== undefined;
  if (isServer) {
    const scheme = address.protocol.replace(":", "");
    named["url.scheme"] = scheme;
    named["server.address"] = address.hostname;
    named["server.port"] = Number(address.port || (scheme === "https" ? 443 : 80));
  }
  // An incoming request that is refused (4xx) is no error; an outgoing one is.
  if (status >= (isServer ? 500 : 400)) named["error.type"] ??= String(status);
  return named;
}

/** `GET /agents/[agentId]` stays. A fetch is called by its method, for Next puts the address there. */
function nameOf({ name, attributes }: Pick<ReadableSpan, "name" | "attributes">): string {
  if (attributes["next.span_type"] === "AppRender.fetch") return String(attributes["http.method"] ?? "HTTP");
  return redact(name.split(/[?#]/, 1)[0] ?? "");
}

/**
 * A span as it may leave the process: known attributes only, by the names of the HTTP semantic conventions, and of an error its
 * type only. What it said is in the log. `url.path` is left out: it may be an invitation's link.
 * @param address the address that people and programs open
 */
export function cleanSpan(span: ReadableSpan, address: PublicAddress): ReadableSpan {
  return {
    name: nameOf(span),
    attributes: kept(conventional(span, address), KEPT),
    events: span.events.map((event) => ({ ...event, attributes: kept(event.attributes ?? {}, EXCEPTION_TYPE) })),
    links: span.links.map(({ context }) => ({ context })),
    status: { code: span.status.code },
    spanContext: () => span.spanContext(),
    kind: span.kind,
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
