import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import { type ApiServer, startApiServer } from "@/tests/support/api-server";

/** The product's limits, a hundred times shorter. */
const LIMITS = { "first byte": 750, head: 150, body: 300, answer: 600, check: 50 };

let server: ApiServer;
beforeAll(async () => (server = await startApiServer(LIMITS)));
afterAll(() => server.stop());

async function open() {
  const socket = connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  const heard = text(socket);
  return { socket, heard };
}

/** Sends text byte by byte, until the server closes the connection. @returns what it answered, and after how many milliseconds */
async function drip(sent: string, first = "") {
  const { socket, heard } = await open();
  const begun = performance.now();
  socket.write(first);
  socket.on("error", () => undefined);
  for (const byte of sent) {
    if (socket.closed) break;
    socket.write(byte);
    await pause(20);
  }
  return { heard: await heard, after: performance.now() - begun };
}

it("a connection without a byte is kept for a while, and then answered like any other", async () => {
  const { socket, heard } = await open();
  await pause(LIMITS["first byte"] - 150);
  socket.write("GET /public-api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(await heard).toMatch(/^HTTP\/1\.1 200 /);
});

it("a connection without a byte is closed in the end", async () => {
  const begun = performance.now();
  const { heard } = await open();
  expect(await heard).toBe("");
  expect(performance.now() - begun).toBeGreaterThan(LIMITS["first byte"]);
});

it("a head that arrives byte by byte is answered with 408", async () => {
  const { heard, after } = await drip(`GET /public-api/health HTTP/1.1\r\nX: ${"x".repeat(200)}`);
  expect(heard).toMatch(/^HTTP\/1\.1 408 .*request_timeout/s);
  expect(after).toBeGreaterThan(LIMITS.head);
});

it("a body that arrives byte by byte is cut, although its request began in time", async () => {
  const head = "POST /public-api/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";
  const { heard } = await drip("x".repeat(400), head);
  // Answered before it was read; what drips after that is the beginning of nothing.
  expect(heard).toMatch(/^HTTP\/1\.1 404 /);
});

it("a second request that drips on a kept connection is cut", async () => {
  const { heard } = await drip(
    "GET /public-api/health HTTP/1.1\r\nX: " + "x".repeat(200),
    "GET /public-api/health HTTP/1.1\r\nHost: x\r\n\r\n",
  );
  expect(heard).toMatch(/^HTTP\/1\.1 200 .*HTTP\/1\.1 408 /s);
});
