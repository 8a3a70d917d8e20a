import { context, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { describe, expect, it } from "vitest";

import { cleanSpan } from "./clean-span";

const SECRET = "s3cr3t-of-the-test";

/** Spans as Next makes them, of which every part that it fills has the secret in it. */
function spans() {
  const exporter = new InMemorySpanExporter();
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer("next.js");
  const parent = tracer.startSpan("GET /invitation/[token]", {
    kind: SpanKind.SERVER,
    attributes: {
      "http.method": "GET",
      "http.target": `/invitation/${SECRET}?q=${SECRET}`,
      "http.route": "/invitation/[token]",
      "next.span_type": "BaseServer.handleRequest",
      "next.span_name": `GET /invitation/${SECRET}`,
      "http.request.header.authorization": SECRET,
      "anything.new": SECRET,
    },
    links: [
      { context: { traceId: "1".repeat(32), spanId: "1".repeat(16), traceFlags: 1 }, attributes: { of: SECRET } },
    ],
  });
  const url = `https://graph.microsoft.com/v1.0/users?$search=${SECRET}`;
  const attributes = { "next.span_type": "AppRender.fetch", "http.method": "GET", "http.url": url };
  tracer.startSpan(`fetch GET ${url}`, { attributes: { ...attributes, "net.peer.name": "graph.microsoft.com" } }).end();
  tracer.startSpan(`GET /invitation/${SECRET}?q=${SECRET}`, {}, context.active()).end();
  parent.recordException(new TypeError(`no such ${SECRET}`));
  parent.setStatus({ code: SpanStatusCode.ERROR, message: SECRET });
  parent.end();
  return exporter.getFinishedSpans();
}

describe("a span that leaves the process", () => {
  it("has nothing of what was asked, or asked with, in any part", () => {
    const before = spans();
    expect(JSON.stringify(before.map(({ name, attributes }) => [name, attributes]))).toContain(SECRET);
    for (const span of before) {
      const { resource, ...clean } = cleanSpan(span);
      expect(JSON.stringify(clean)).not.toContain(SECRET);
      expect(resource).toBe(span.resource);
    }
  });

  it("keeps what it is for", () => {
    const [fetched, unrouted, page] = spans().map(cleanSpan);
    expect(fetched?.name).toBe("fetch GET graph.microsoft.com");
    expect(unrouted?.name).toBe("GET /invitation/[redacted]");
    expect(page).toMatchObject({
      name: "GET /invitation/[token]",
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.ERROR },
      attributes: { "http.method": "GET", "http.route": "/invitation/[token]" },
      events: [{ name: "exception", attributes: { "exception.type": "TypeError" } }],
    });
    expect(page?.duration).toHaveLength(2);
    expect(page?.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});
