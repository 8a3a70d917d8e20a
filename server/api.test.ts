import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

import { afterEach, describe, expect, it, vi } from "vitest";

import type { ApiRequest, HangUp, Reply } from "@/lib/http/reply";

import { testEnvironment } from "@/tests/support/test-environment";

import { Api } from "./api";

// lib/config/env reads it on first use.
Object.assign(process.env, testEnvironment("postgresql://127.0.0.1:9/none"));

let server: Server;
afterEach(() => server.closeAllConnections());

/** Serves one route, and reads the raw answer to a request for it. */
async function ask(
  reply: (request: ApiRequest, params: unknown) => Promise<Reply> | Reply,
  method = "GET",
  fields: readonly string[] = [],
  body = "",
) {
  const handlers = (route: string) => {
    const handler = {
      route,
      reply: async (request: ApiRequest, params: unknown) => {
        const { method, headers } = request;
        const made = await reply(request, params);
        return { reply: made, call: { requestId: "r", method, route, headers, status: made.status } };
      },
    };
    return { GET: handler, HEAD: handler, POST: handler, PATCH: handler };
  };
  const api = new Api({
    "/public-api/things/[id]": handlers("/public-api/things/{id}"),
    "/public-api/[[...unknown]]": handlers("/public-api/*"),
  });
  server = createServer((request, response) => {
    void api.serve(request, response, { path: "/public-api/things/7", query: "?q=1" });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const head = [`${method} /public-api/things/7?q=1 HTTP/1.1`, "Host: x", "Connection: close", ...fields, "", ""];
  socket.setEncoding("latin1").write(head.join("\r\n") + body);
  const raw = await text(socket.setEncoding("latin1"));
  const end = raw.indexOf("\r\n\r\n");
  return { head: raw.slice(0, end).toLowerCase(), body: Buffer.from(raw.slice(end + 4), "latin1") };
}

const answer = (...body: (string | Buffer)[]): Reply => ({ status: 200, headers: { "X-Own": "1" }, body });

describe("dispatching to a route", () => {
  it("hands over method, address, fields and the parts of the path", async () => {
    const reply = vi.fn((request: ApiRequest, _params: unknown) =>
      answer(JSON.stringify([request.method, request.url, request.headers.get("X-Asked"), request.headers.get("y")])),
    );
    const { head, body } = await ask(reply, "GET", ["x-asked: a", "X-Asked: b"]);
    expect(JSON.parse(body.toString())).toEqual(["GET", "http://localhost/public-api/things/7?q=1", "a, b", null]);
    expect(reply.mock.calls[0]?.[1]).toEqual({ id: "7" });
    expect(head).toContain("x-own: 1");
    expect(head).toContain(`content-length: ${body.length}`);
  });

  it("joins the parts of a body", async () => {
    expect((await ask(() => answer(Buffer.from("ä"), "ö"))).body.toString()).toBe("äö");
  });

  it.each(["TRACE", "PROPFIND"])("hands %s to a handler that refuses every method", async (method) => {
    expect((await ask(({ method }) => answer(method), method)).body.toString()).toBe(method);
  });

  it("sends no body for HEAD, and its length", async () => {
    const { head, body } = await ask(() => answer("1234"), "HEAD");
    expect([head.includes("content-length: 4"), body.length]).toEqual([true, 0]);
  });

  it.each([
    ["gzip", true],
    ["br, gzip;q=0.5", true],
    ["x-gzip", true],
    ["*", true],
    ["gzip;q=0", false],
    ["gzip; q=0.0, br", false],
    ["gzip;q=0, *", false],
    ["*;q=0, gzip", true],
    ["br", false],
    ["identity", false],
  ])("Accept-Encoding: %s is answered compressed: %s", async (accepted, compressed) => {
    const long = "x".repeat(5_000);
    const { head, body } = await ask(() => answer(long), "GET", [`Accept-Encoding: ${accepted}`]);
    expect(head.includes("content-encoding: gzip")).toBe(compressed);
    expect((compressed ? gunzipSync(body) : body).toString()).toBe(long);
    expect(head).toContain("vary: accept-encoding");
  });

  it("doesn't compress what is short", async () => {
    expect((await ask(() => answer("x"), "GET", ["Accept-Encoding: gzip"])).body.toString()).toBe("x");
  });

  it("an answer without a body has none of a body's fields", async () => {
    const { head } = await ask(() => ({ status: 204, headers: {}, body: [] }));
    expect(head).not.toMatch(/content-length|vary|content-encoding|transfer-encoding/);
  });

  it("reads a body of any method", async () => {
    const read = async ({ body }: ApiRequest) => answer(body ? await new Response(body).text() : "none");
    expect((await ask(read, "GET", ["Content-Length: 3"], "abc")).body.toString()).toBe("abc");
    expect((await ask(read, "POST", ["Transfer-Encoding: chunked"], "3\r\nabc\r\n0\r\n\r\n")).body.toString()).toBe(
      "abc",
    );
    expect((await ask(read, "POST", ["Content-Length: 0"])).body.toString()).toBe("none");
  });

  it("aborts the signal when the client hangs up, and never after an answer", async () => {
    const waiting = ask(async ({ signal }) => {
      expect(signal.aborted).toBe(false);
      signal.throwIfAborted();
      server.closeAllConnections();
      await vi.waitFor(() => expect(signal.aborted).toBe(true));
      expect(() => signal.throwIfAborted()).toThrow("hung up");
      return answer("late");
    });
    await waiting;
    let signal: HangUp | undefined;
    await ask((request) => {
      signal = request.signal;
      return answer("in time");
    });
    expect(signal?.aborted).toBe(false);
  });
});
