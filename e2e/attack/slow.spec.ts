// Runs in parallel with the other specs because it mostly waits, so it shares no state with them.
import { type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { expect, test } from "playwright/test";

import { accessToken, setting } from "../fixtures";
import { dial, head } from "../wire";

import { note, tried } from "./tried";

/** Slightly above twice the longer of the server's two timeouts (docs/decisions/030). */
const LONGEST_MS = 75_000;
const EACH = 30;
/** Maximum response time for uninvolved clients, in milliseconds. */
const SERVED_MS = 5_000;

interface Slow {
  readonly what: string;
  readonly endedAfterMs: number;
  readonly heard: string;
}

/** Opens a connection, sends this text, then one byte per second forever. @returns when the server closed it */
async function dawdle(what: string, text: string): Promise<Slow> {
  const socket: Socket = await dial();
  const began = performance.now();
  let heard = "";
  socket.on("data", (data: Buffer) => (heard += data.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write(text);
  const drip = setInterval(() => socket.write("x"), 1_000);
  const timer = setTimeout(() => socket.destroy(), LONGEST_MS + 5_000);
  // `once` of node:events would throw on a connection reset.
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(drip);
  clearTimeout(timer);
  return { what, endedAfterMs: performance.now() - began, heard };
}

test("slow heads and slow bodies are cut off, and other clients are served meanwhile", async () => {
  test.setTimeout(LONGEST_MS + 45_000);
  const bearer = `Authorization: Bearer ${await accessToken("Contoso Admin")}`;
  const long = ["Content-Type: application/json", "Content-Length: 60000"];
  const kinds: [what: string, text: string][] = [
    ["a head that never ends", "GET /public-api/me HTTP/1.1\r\nHost: localhost\r\nX-Slow: "],
    ["a first line that never ends", "GET /public-api/"],
    ["a body to the API, with a credential", head("POST /public-api/agents HTTP/1.1", [bearer, ...long])],
    ["a body to the API, with none", head("POST /public-api/agents HTTP/1.1", long)],
    [
      "a body to a page's action",
      head("POST /agents HTTP/1.1", [`Next-Action: ${"0".repeat(42)}`, `Origin: ${setting("NEO_E2E_URL")}`, ...long]),
    ],
    [
      "a form of the sign-in",
      head("POST /api/auth/signin/azure-ad HTTP/1.1", [
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 60000",
      ]),
    ],
    [
      "a second request on one connection",
      head("GET /public-api/health HTTP/1.1") + "GET /public-api/me HTTP/1.1\r\nX: ",
    ],
  ];
  const state = { going: true };
  const waits: number[] = [];
  const others = (async () => {
    while (state.going) {
      for (const path of ["/public-api/health", "/sign-in"]) {
        const began = performance.now();
        const response = await fetch(new URL(path, setting("NEO_E2E_URL")), { signal: AbortSignal.timeout(20_000) });
        await response.text();
        expect(response.status, path).toBe(200);
        waits.push(performance.now() - began);
      }
      await pause(500);
    }
  })();
  const all = await Promise.all(
    kinds.flatMap(([what, text]) => Array.from({ length: EACH }, () => dawdle(what, text))),
  );
  state.going = false;
  await others;
  for (const { what, endedAfterMs, heard } of all) {
    expect(endedAfterMs, `${what} is ended by the server`).toBeLessThan(LONGEST_MS);
    expect(heard, what).not.toMatch(/HTTP\/1\.1 500/);
  }
  expect(waits.length).toBeGreaterThan(20);
  const [worst = Infinity] = waits.toSorted((a, b) => b - a);
  expect(worst).toBeLessThan(SERVED_MS);
  const last = Math.max(...all.map(({ endedAfterMs }) => endedAfterMs));
  note(`the last was ended after ${(last / 1000).toFixed(0)} s; others waited ${(worst / 1000).toFixed(2)} s at most`);
  tried(all.length);
});
