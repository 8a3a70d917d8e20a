import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { MAX_PENDING } from "@/server/connections";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";

let server: ApiServer;
beforeAll(async () => (server = await startApiServer()));
afterAll(() => server.stop());

const fields = (count: number) => Array.from({ length: count }, (_, n) => `x${n}: 1`);
const get = (path: string, ...more: string[]) => server.ask(`GET ${path} HTTP/1.1`, "Host: x", ...more);

describe("a request refused before routing", () => {
  it.each<[string, string[], number, string]>([
    ["two Host fields", ["GET /public-api/health HTTP/1.1", "Host: a", "Host: b"], 400, "malformed_request"],
    ["two equal Host fields", ["GET /public-api/health HTTP/1.1", "Host: a", "host: a"], 400, "malformed_request"],
    ["two Host fields of a page", ["GET /agents HTTP/1.1", "Host: a", "Host: b"], 400, "malformed_request"],
    [
      "two Content-Type fields",
      ["POST /public-api/agents HTTP/1.1", "Host: a", "Content-Type: application/json", "content-type: text/plain"],
      400,
      "malformed_request",
    ],
    ["GET *", ["GET * HTTP/1.1", "Host: a"], 400, "malformed_request"],
    ["a target that is no address", ["GET ftp://[/. HTTP/1.1", "Host: a"], 400, "malformed_request"],
    ["a target of another scheme", ["GET ws://a:b/. HTTP/1.1", "Host: a"], 400, "malformed_request"],
    ["1,001 fields", ["GET /public-api/health HTTP/1.1", "Host: a", ...fields(999)], 431, "too_many_headers"],
    ["2,500 fields", ["GET /public-api/health HTTP/1.1", "Host: a", ...fields(1_800)], 431, "too_many_headers"],
    ["CONNECT", ["CONNECT example.com:443 HTTP/1.1", "Host: example.com:443"], 400, "malformed_request"],
    ["a broken line", ["GET /public-api/health HTTP/1.1", "Host: a", "no colon"], 400, "malformed_request"],
    ["a header of 20 kB", ["GET /public-api/health HTTP/1.1", `X: ${"x".repeat(20_000)}`], 431, "headers_too_large"],
  ])("%s", async (_, lines, status, reason) => {
    const answer = await server.ask(...lines);
    expect([answer.status, answer.body.error.details.reason]).toEqual([status, reason]);
    expect(answer.head).toMatch(new RegExp(`x-request-id: ${answer.body.meta.request_id}`, "i"));
    expect(answer.head).toMatch(/content-type: application\/json; charset=utf-8/i);
  });

  it("all of 1,000 fields are read", async () => {
    // Host and Connection are two.
    const answer = await get("/public-api/me", ...fields(997), "Authorization: Bearer nonsense");
    expect([answer.status, answer.body.error.details.reason]).toEqual([401, "malformed"]);
  });

  it("OPTIONS * is answered with the methods of the server", async () => {
    const answer = await server.ask("OPTIONS * HTTP/1.1", "Host: x");
    expect(answer.status).toBe(204);
    expect(answer.head).toMatch(/allow: GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE/i);
  });

  it.each([
    ["?__proto__=1", "invalid_parameter"],
    ["?x=1&__proto__[a]=1&__proto__", "invalid_parameter"],
    ["?%5f_proto__=1", "invalid_parameter"],
    ["?nxtPagent_id=1", "invalid_parameter"],
    ["?q=%zz", "malformed_query"],
    ["?q=%", "malformed_query"],
    ["?q=%ff", "malformed_query"],
    ["?%c3%28=1", "malformed_query"],
  ])("%s is 400, not ignored", async (query, reason) => {
    const answer = await get(`/public-api/health${query}`);
    expect([answer.status, answer.body.error.details.reason]).toEqual([400, reason]);
  });

  it("ignores a client's own mark", async () => {
    expect((await get("/public-api/health", "x-neo-mark: too_many_headers")).status).toBe(200);
  });
});

describe("the body of a GET or HEAD, which Next drops", () => {
  const send = (method: string, path: string, body: string, fields = [`Content-Length: ${body.length}`]) =>
    server.raw([`${method} ${path} HTTP/1.1`, "Host: x", ...fields, "Connection: close", "", body].join("\r\n"));
  const chunked = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  const CHUNKS = ["Transfer-Encoding: chunked"];

  it.each(["GET", "HEAD"])("is refused with 413 above 64 KiB, as for every other method: %s", async (method) => {
    const large = " ".repeat(64 * 1024 + 1);
    expect((await send(method, "/public-api/health", large)).status).toBe(413);
    expect((await send(method, "/public-api/health", chunked(large), CHUNKS)).status).toBe(413);
    expect((await send(method, "/public-api/health", " ".repeat(64 * 1024))).status).toBe(200);
  });

  it.each([
    ["{}", undefined],
    ["[1]", "unexpected_body"],
    ['{"force":true}', "unknown_field"],
  ])("is ignored with the warnings of every other method: %s", async (body, code) => {
    for (const answer of [
      await send("GET", "/public-api/health", body),
      await send("GET", "/public-api/health", chunked(body), CHUNKS),
    ]) {
      expect(answer.status).toBe(200);
      expect((answer.body.meta.warnings[0] as { code: string } | undefined)?.code).toBe(code);
    }
  });

  it("can't be announced by a client's own header field", async () => {
    expect((await get("/public-api/health", "x-neo-body: 1")).status).toBe(200);
  });
});

describe("a connection that is misused", () => {
  it("is ended when more requests wait on it than anyone needs, and the server goes on", async () => {
    const socket = connect(server.port, "127.0.0.1");
    const closed = once(socket, "close");
    socket.on("error", () => undefined).resume();
    socket.write("GET /public-api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(MAX_PENDING + 50));
    await closed;
    expect((await get("/public-api/health")).status).toBe(200);
  });

  it("a CONNECT that is reset ends nothing but itself", async () => {
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.resetAndDestroy();
    await pause(50);
    expect((await get("/public-api/health")).status).toBe(200);
  });

  it("an unknown expectation is passed over, and its connection is an ordinary one", async () => {
    const answer = await get("/public-api/health", "Expect: x");
    expect([answer.status, /^connection: close/im.test(answer.head)]).toEqual([200, true]);
  });
});
