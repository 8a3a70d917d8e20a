import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";

import { afterEach, describe, expect, it } from "vitest";

import manifest from "../package.json" with { type: "json" };
import { NeoClient } from "./client.js";
import { NeoError, retryAfterSeconds } from "./error.js";
import { USER_AGENT } from "./transport.js";

const KEY = "neo_sk_prod_AbCdEf0123456789AbCdEf01";
const SUCCESS = { data: { status: "ok" }, meta: { warnings: [] } };

let stop: (() => void) | undefined;
afterEach(() => stop?.());

/** A server that answers with these in turn, and what it was asked. */
async function serverOf(...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.push(request), answers.length) - 1];
    answer?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  };
const drop = (_: ServerResponse, request: IncomingMessage) => request.socket.destroy();

describe("the client", () => {
  it("keeps the path of its baseUrl, encodes ids, and names itself", async () => {
    const { url, asked } = await serverOf(json(200, SUCCESS));
    await new NeoClient({ baseUrl: `${url}/neo/`, credential: KEY }).agents.get("a/../b?");
    expect(asked[0]?.url).toBe("/neo/public-api/agents/a%2F..%2Fb%3F");
    expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, "user-agent": USER_AGENT });
    expect(USER_AGENT).toBe(`${manifest.name}/${manifest.version}`);
  });

  it("refuses an empty id, which would be the list", async () => {
    await expect(new NeoClient({ baseUrl: "http://x", credential: KEY }).agents.delete("")).rejects.toThrow("agent_id");
  });

  it("sends no credential where none is needed", async () => {
    const { url, asked } = await serverOf(json(200, SUCCESS));
    expect(await new NeoClient({ baseUrl: url, credential: KEY }).health()).toEqual({ status: "ok" });
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it("sends the same Idempotency-Key again, and another one with the next call", async () => {
    const { url, asked } = await serverOf(drop, json(201, SUCCESS));
    const neo = new NeoClient({ baseUrl: url, credential: KEY });
    await neo.apiKeys.create({ name: "x" });
    await neo.apiKeys.create({ name: "x" });
    await neo.apiKeys.rotate("id", { idempotencyKey: "mine" });
    const [first, second, third, fourth] = asked.map(({ headers }) => headers["idempotency-key"]);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(fourth).toBe("mine");
  });

  it("gives up after maxRetries with the last failure", async () => {
    const { url, asked } = await serverOf(json(503, { error: { code: "UNAVAILABLE", message: "Busy." } }));
    const failed = new NeoClient({ baseUrl: url, credential: KEY, maxRetries: 1 }).me();
    await expect(failed).rejects.toMatchObject({ status: 503, code: "UNAVAILABLE" });
    expect(asked).toHaveLength(2);
  });

  it("follows no redirect, and doesn't take a proxy's page for a response", async () => {
    const page = (response: ServerResponse) =>
      response.writeHead(200, { "Content-Type": "text/html" }).end("<p>Sign in");
    const { url } = await serverOf(json(302, {}, { Location: "/elsewhere" }), page);
    const neo = new NeoClient({ baseUrl: url, credential: KEY });
    await expect(neo.me()).rejects.toMatchObject({ status: 302, code: "UNEXPECTED_RESPONSE" });
    await expect(neo.me()).rejects.toMatchObject({ status: 200, code: "UNEXPECTED_RESPONSE" });
  });

  it("reports each warning once", async () => {
    const warning = (path: string) => ({ code: "unknown_field", message: "Unknown field, ignored.", path });
    const answer = { data: {}, meta: { warnings: [warning("a"), warning("b")] } };
    const { url } = await serverOf(json(200, answer));
    const seen: unknown[] = [];
    const neo = new NeoClient({ baseUrl: url, credential: KEY, onWarning: ({ path }) => seen.push(path) });
    await neo.me();
    await neo.tenant();
    expect(seen).toEqual(["a", "b"]);
  });

  it("shows the credential neither in itself nor in its errors", async () => {
    const { url } = await serverOf(drop);
    const neo = new NeoClient({ baseUrl: url, credential: KEY, maxRetries: 0 });
    const error: unknown = await neo.me().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NeoError);
    for (const shown of [neo, error]) expect(inspect(shown, { depth: 9, showHidden: true })).not.toContain("AbCdEf01");
    expect(JSON.stringify(neo)).not.toContain("AbCdEf01");
  });

  it("stops between pages when its signal is aborted", async () => {
    const more = { data: [{ id: "1" }], meta: { pagination: { has_more: true, next_cursor: "next" } } };
    const { url, asked } = await serverOf(json(200, more));
    const controller = new AbortController();
    const neo = new NeoClient({ baseUrl: url, credential: KEY });
    const read = async () => {
      for await (const { id } of neo.agents.list({}, { signal: controller.signal })) controller.abort(new Error(id));
    };
    await expect(read()).rejects.toThrow("1");
    expect(asked).toHaveLength(1);
  });
});

it("Retry-After is read as seconds or as a date", () => {
  const now = Date.parse("2026-12-01T11:00:00Z");
  const fields = [null, "7", "Tue, 01 Dec 2026 11:00:09 GMT", "Tue, 01 Dec 2026 10:00:00 GMT", "soon"];
  expect(fields.map((field) => retryAfterSeconds(field, now))).toEqual([undefined, 7, 9, 0, undefined]);
});
