import { randomUUID } from "node:crypto";

import { describe, expect, it } from "vitest";

import { apiDocument } from "@/app/public-api/openapi.json/document";
import { Contract, type Received } from "@/tests/support/contract";

const contract = new Contract(apiDocument("https://neo.example").document);
const id = randomUUID();
const tenant = { id, name: "Contoso", entra_tenant_id: id, created_at: "2026-11-01T09:00:00.000Z" };
const common = { "Content-Type": "application/json", "X-Request-Id": id };
const limit = {
  "X-RateLimit-Limit": "1200",
  "X-RateLimit-Remaining": "1199",
  "X-RateLimit-Reset": "1795417000",
  RateLimit: '"default";r=1199;t=60',
  "RateLimit-Policy": '"default";q=1200;w=60',
};

type Change = Partial<Omit<Received, "headers">> & { body?: unknown; headers?: Record<string, string> };
/** A valid `GET /public-api/tenant` response, but for `change`. */
function answer(change: Change = {}): Received {
  const { body = { data: tenant, meta: { request_id: id, timings_ms: { total: 1.9 }, warnings: [] } } } = change;
  const headers = new Headers({ ...common, ...limit, ...change.headers });
  const rest = { method: "GET", path: "/public-api/tenant", status: 200, text: JSON.stringify(body) };
  return { ...rest, ...change, headers };
}

const error = (code: string, more: object = {}) => ({
  error: {
    code,
    message: "No.",
    doc_url: "https://neo.example/api-reference#error-malformed",
    details: { reason: "malformed" },
    ...more,
  },
  meta: { request_id: id },
});
const notFound = answer({ path: "/public-api/nonsense", status: 404, body: error("NOT_FOUND") });
const allow = { Allow: "GET, HEAD, OPTIONS" };
const notAllowed = answer({ method: "PUT", status: 405, headers: allow, body: error("METHOD_NOT_ALLOWED") });

function without(received: Received, header: string): Received {
  const headers = new Headers(received.headers);
  headers.delete(header);
  return { ...received, headers };
}

describe("the contract", () => {
  it.each([
    ["a success", answer()],
    [
      "a failure",
      answer({
        status: 400,
        body: error("BAD_REQUEST", { details: { reason: "invalid_parameter", parameters: { x: "is unknown" } } }),
      }),
    ],
    [
      "a failure before the credential was found valid",
      without(answer({ status: 400, body: error("BAD_REQUEST") }), "X-RateLimit-Limit"),
    ],
    ["HEAD without a body", answer({ method: "HEAD", text: "" })],
    ["OPTIONS", answer({ method: "OPTIONS", status: 204, text: "", headers: allow })],
    ["an unknown path", notFound],
    ["a method that is not offered", notAllowed],
    ["a path with a parameter", answer({ path: `/public-api/agents/${id}`, status: 404, body: error("NOT_FOUND") })],
  ])("passes %s", (_, received) => {
    expect(() => {
      contract.check(received);
    }).not.toThrow();
  });

  const { name: _, ...nameless } = tenant;
  it.each([
    ["a field that is missing", answer({ body: { data: nameless, meta: { request_id: id } } }), /required.*name/],
    [
      "a field of another type",
      answer({ body: { data: { ...tenant, name: 1 }, meta: { request_id: id } } }),
      /name must be string/,
    ],
    [
      "a field nobody described",
      answer({ body: { data: { ...tenant, hash: "x" }, meta: { request_id: id } } }),
      /hash/,
    ],
    ["such a field of a failure", answer({ status: 400, body: error("BAD_REQUEST", { stack: "at x" }) }), /stack/],
    [
      "an id that is none",
      answer({ body: { data: { ...tenant, id: "1" }, meta: { request_id: id } } }),
      /format "uuid"/,
    ],
    [
      "a day that there is not",
      answer({ body: { data: { ...tenant, created_at: "2026-02-30T00:00:00Z" }, meta: { request_id: id } } }),
      /date-time/,
    ],
    ["no envelope", answer({ body: tenant }), /required.*data/],
    ["a failure without a reason", answer({ status: 400, body: error("BAD_REQUEST", { details: {} }) }), /reason/],
    ["a code that there is not", answer({ status: 400, body: error("bad_request") }), /allowed values/],
    ["a status that is not documented", answer({ status: 418 }), /status is not documented/],
    ["a redirect", answer({ status: 308, text: "" }), /status is not documented/],
    ["a method that is not documented", { ...notAllowed, status: 200 }, /method is not documented/],
    ["a path that is not documented", { ...notFound, status: 200 }, /path is not documented/],
    ["another request's id", answer({ headers: { "X-Request-Id": randomUUID() } }), /not meta.request_id/],
    ["a header that is no number", answer({ headers: { "X-RateLimit-Remaining": "many" } }), /X-RateLimit-Remaining/],
    [
      "a page",
      answer({ text: "<!DOCTYPE html>", headers: { "Content-Type": "text/html" } }),
      /text\/html[\s\S]*not JSON/,
    ],
    ["405 without Allow", without(notAllowed, "Allow"), /Allow is null/],
    ["405 with a wrong Allow", answer({ ...notAllowed, headers: { Allow: "GET, PUT" } }), /Allow is "GET, PUT"/],
    ["OPTIONS with a body", answer({ method: "OPTIONS", status: 204, headers: allow }), /without a body/],
    ["a failure of an unknown path without the envelope", { ...notFound, text: "{}" }, /required.*error/],
    ["401 without a challenge", answer({ status: 401, body: error("UNAUTHORIZED") }), /WWW-Authenticate is missing/],
    ["429 without Retry-After", answer({ status: 429, body: error("RATE_LIMITED") }), /Retry-After is missing/],
    ...["X-Request-Id", ...Object.keys(limit)].map(
      (header) => [`no ${header}`, without(answer(), header), new RegExp(`${header} is missing`)] as const,
    ),
  ] as const)("fails %s", (_, received, problem) => {
    expect(() => {
      contract.check(received);
    }).toThrow(problem);
  });
});
