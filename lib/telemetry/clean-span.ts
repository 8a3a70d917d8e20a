import "server-only";

import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

import { redact } from "@/lib/log-redaction";

/**
 * The attributes that leave the process. Next's own also have the whole address, with its query: what was searched for, an
 * invitation's token, an OAuth code.
 */
const KEPT = new Set([
  "http.method",
  "http.route",
  "http.status_code",
  "next.route",
  "next.page",
  "next.segment",
  "next.span_type",
  "next.rsc",
  "net.peer.name",
  "net.peer.port",
  "error.type",
  "db.system.name",
  "db.operation.name",
  "neo.request_id",
]);

const kept = (attributes: Attributes, names: ReadonlySet<string>) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => names.has(name)));

const EXCEPTION_TYPE = new Set(["exception.type"]);

/** `GET /agents/[agentId]` stays; a fetch is called by its host, for Next puts the address there. */
function nameOf({ name, attributes }: Pick<ReadableSpan, "name" | "attributes">): string {
  if (attributes["next.span_type"] === "AppRender.fetch") {
    return ["fetch", attributes["http.method"], attributes["net.peer.name"]].filter(Boolean).join(" ");
  }
  return redact(name.split(/[?#]/, 1)[0] ?? "");
}

/**
 * A span as it may leave the process: known attributes only, and of an error its type only. What it said is in the log.
 */
export function cleanSpan(span: ReadableSpan): ReadableSpan {
  const { kind, parentSpanContext, startTime, endTime, duration, ended, resource, instrumentationScope } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    name: nameOf(span),
    attributes: kept(span.attributes, KEPT),
    events: span.events.map((event) => ({ ...event, attributes: kept(event.attributes ?? {}, EXCEPTION_TYPE) })),
    links: span.links.map(({ context }) => ({ context })),
    status: { code: span.status.code },
    spanContext: () => span.spanContext(),
    kind,
    parentSpanContext,
    startTime,
    endTime,
    duration,
    ended,
    resource,
    instrumentationScope,
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
  };
}
