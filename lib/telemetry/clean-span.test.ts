import { context, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { describe, expect, it } from "vitest";

import { cleanSpan } from "./clean-span";

const ADDRESS = new URL("https://keys.example.com");
const SECRET = "s3cr3t-of-the-test";

/** Spans as Next creates them, with the secret in every part. */
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

describe("an exported span", () => {
  it("contains no request data or credentials", () => {
    const before = spans();
    expect(JSON.stringify(before.map(({ name, attributes }) => [name, attributes]))).toContain(SECRET);
    for (const span of before) {
      const { resource, ...clean } = cleanSpan(span, ADDRESS);
      expect(JSON.stringify(clean)).not.toContain(SECRET);
      expect(resource).toBe(span.resource);
    }
  });

  it("keeps the useful attributes", () => {
    const [fetched, unrouted, page] = spans().map((span) => cleanSpan(span, ADDRESS));
    expect(fetched?.name).toBe("GET");
    expect(unrouted?.name).toBe("GET /invitation/[redacted]");
    expect(page).toMatchObject({
      name: "GET /invitation/[token]",
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.ERROR },
      attributes: { "http.request.method": "GET", "http.route": "/invitation/[token]" },
      events: [{ name: "exception", attributes: { "exception.type": "TypeError" } }],
    });
    expect(page?.duration).toHaveLength(2);
    expect(page?.spanContext().traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  /** One span with these attributes, as exported. */
  function one(kind: SpanKind, attributes: Record<string, string | number>, address = ADDRESS) {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    provider.getTracer("next.js").startSpan("GET /agents", { kind, attributes }).end();
    const [span] = exporter.getFinishedSpans();
    return span ? cleanSpan(span, address).attributes : undefined;
  }

  it("uses the current HTTP semantic conventions, without deprecated names", () => {
    const request = {
      "http.method": "GET",
      "http.status_code": 503,
      "http.route": "/agents",
      "http.target": "/agents?q=1",
    };
    expect(one(SpanKind.SERVER, request)).toEqual({
      "http.request.method": "GET",
      "http.response.status_code": 503,
      "http.route": "/agents",
      "url.scheme": "https",
      "server.address": "keys.example.com",
      "server.port": 443,
      "error.type": "503",
    });
    const call = {
      "http.method": "POST",
      "http.status_code": 404,
      "net.peer.name": "graph.microsoft.com",
      "net.peer.port": 443,
    };
    expect(one(SpanKind.CLIENT, call)).toEqual({
      "http.request.method": "POST",
      "http.response.status_code": 404,
      "server.address": "graph.microsoft.com",
      "server.port": 443,
      "error.type": "404",
    });
  });

  it("doesn't mark a refusal as an error, and groups unknown methods under one name", () => {
    expect(one(SpanKind.SERVER, { "http.method": "GET", "http.status_code": 404 })).not.toHaveProperty("error.type");
    expect(one(SpanKind.SERVER, { "http.method": "BREW" })).toMatchObject({ "http.request.method": "_OTHER" });
    expect(one(SpanKind.SERVER, { "http.method": "GET" }, new URL("http://localhost:4000"))).toMatchObject({
      "url.scheme": "http",
      "server.port": 4000,
    });
    // A child span isn't a request.
    expect(one(SpanKind.INTERNAL, { "next.route": "/agents" })).toEqual({ "next.route": "/agents" });
  });
});
