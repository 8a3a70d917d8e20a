import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, it } from "vitest";

import { NeoClient } from "./client.js";

interface Asked {
  readonly query: string;
  readonly at: number;
}

let stop: (() => void) | undefined;
afterEach(() => stop?.());

/** A server whose pages have these events, the last one again and again, and what it was asked. Cursors are numbers of pages. */
async function feedOf(...pages: readonly (readonly string[])[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    asked.push({ query: searchParams.toString(), at: performance.now() });
    const number = Number(searchParams.get("after") ?? 0);
    const data = (pages[Math.min(number, pages.length - 1)] ?? []).map((id) => ({ id }));
    const meta = { pagination: { has_more: false, next_cursor: String(number + 1) }, warnings: [] };
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ data, meta }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { client: new NeoClient({ baseUrl: `http://127.0.0.1:${port}`, credential: "a.b.c" }), asked };
}

describe("following the audit log", () => {
  it("asks for one page after the other, waits on the server, and goes on after an empty page", async () => {
    const { client, asked } = await feedOf(["a", "b"], [], ["c"]);
    const ids: string[] = [];
    for await (const { id } of client.auditEvents.follow({ action: "agent.created" })) {
      ids.push(id);
      if (id === "c") break;
    }
    expect(ids).toEqual(["a", "b", "c"]);
    expect(asked.map(({ query }) => query)).toEqual([
      "wait=30&action=agent.created&order=asc",
      "wait=30&action=agent.created&order=asc&after=1",
      "wait=30&action=agent.created&order=asc&after=2",
    ]);
    // The server answered the empty page without waiting.
    const [, second, third] = asked;
    expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThan(1_900);
  });

  it("continues from a cursor, and has the cursor of each page", async () => {
    const { client, asked } = await feedOf([], ["b"], ["c"]);
    const pages = client.auditEvents.follow({ after: "1", wait: 5, page_size: 1 }).pages();
    const seen = [await pages.next(), await pages.next()];
    await pages.return();
    expect(seen.map(({ value }) => value)).toEqual([
      { data: [{ id: "b" }], nextCursor: "2" },
      { data: [{ id: "c" }], nextCursor: "3" },
    ]);
    expect(asked.map(({ query }) => query)).toEqual([
      "wait=5&page_size=1&order=asc&after=1",
      "wait=5&page_size=1&order=asc&after=2",
    ]);
  });

  it("ends with the reason of its signal, also between two requests", async () => {
    const { client, asked } = await feedOf([]);
    const began = performance.now();
    const ids = client.auditEvents.follow({}, { signal: AbortSignal.timeout(300) })[Symbol.asyncIterator]();
    await expect(ids.next()).rejects.toThrow(/timeout/i);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(asked).toHaveLength(1);
  });
});
