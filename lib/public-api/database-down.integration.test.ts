import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket, connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RouteHandler } from "@/lib/public-api/handler";
import type * as Fixtures from "@/lib/public-api/test-fixtures";

/** The way to the test's database, which can be cut, blocked and restored. */
class Line {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  blocked = false;

  constructor(target: URL) {
    this.#target = target;
  }

  async open(): Promise<number> {
    this.#server = createServer((near) => {
      const far = connect(Number(this.#target.port), this.#target.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on("data", (data) => this.blocked || to.write(data));
        from.on("error", () => to.destroy());
        from.on("close", () => to.destroy());
      }
    });
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#port = (this.#server.address() as AddressInfo).port);
  }

  async cut(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    const server = this.#server;
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  }
}

let line: Line;
let me: RouteHandler;
let agents: RouteHandler;
let fixtures: typeof Fixtures;
let key: string;

beforeAll(async () => {
  const url = new URL(process.env.DATABASE_URL ?? "");
  line = new Line(new URL(url));
  url.hostname = "127.0.0.1";
  url.port = String(await line.open());
  process.env.DATABASE_URL = url.href;
  fixtures = await import("@/lib/public-api/test-fixtures");
  me = (await import("@/app/public-api/me/route")).GET;
  agents = (await import("@/app/public-api/agents/route")).GET;
  ({ key } = await fixtures.makeKey(await fixtures.makeTenant()));
});

afterAll(() => line.cut());

const ask = (handler: RouteHandler) => fixtures.call(handler, "/public-api/x", { key });

describe("with the database away", () => {
  it("answers 503 in the envelope, and by itself as before once it is back", async () => {
    expect((await ask(me)).status).toBe(200);
    for (let outage = 0; outage < 3; outage++) {
      await line.cut();
      for (const handler of [me, agents, me]) {
        const answer = await ask(handler);
        expect([answer.status, answer.body.error.code]).toEqual([503, "UNAVAILABLE"]);
        expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
        expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|select/);
      }
      await line.open();
      for (const handler of [me, agents, me, agents]) expect((await ask(handler)).status).toBe(200);
    }
  });

  it("fails every request that was under way, and none hangs", async () => {
    const asked = Array.from({ length: 50 }, () => ask(me));
    await line.cut();
    const statuses = new Set((await Promise.all(asked)).map((answer) => answer.status));
    expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
    await line.open();
    expect((await ask(me)).status).toBe(200);
  });

  it("gives up on a database that accepts and then says nothing", async () => {
    line.blocked = true;
    const started = performance.now();
    expect((await ask(me)).status).toBe(503);
    expect(performance.now() - started).toBeLessThan(15_000);
    line.blocked = false;
    await line.cut();
    await line.open();
    expect((await ask(me)).status).toBe(200);
  });
});
