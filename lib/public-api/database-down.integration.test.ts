import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { RouteHandler } from "@/lib/public-api/create-route";
import { DatabaseWire } from "@/tests/support/database-wire";
import type { TokenIssuer } from "@/tests/support/access-tokens";
import type * as Testing from "@/tests/support/public-api";

const ENTRA = randomUUID();
// lib/config/env reads it on first use.
process.env.TENANTS = ENTRA;

let wire: DatabaseWire;
let me: readonly [handler: RouteHandler, path: string];
let agents: typeof me;
let events: typeof me;
let issuer: TokenIssuer;
let admin: string;
let testing: typeof Testing;
let key: string;

beforeAll(async () => {
  wire = new DatabaseWire(process.env.DATABASE_URL ?? "");
  await wire.mend();
  process.env.DATABASE_URL = wire.url;
  testing = await import("@/tests/support/public-api");
  const { newOrganisation } = await import("@/tests/support/people");
  me = [(await import("@/app/public-api/me/route")).GET, "/public-api/me"];
  agents = [(await import("@/app/public-api/agents/route")).GET, "/public-api/agents"];
  ({ key } = await testing.makeKey(await newOrganisation()));
  events = [(await import("@/app/public-api/audit-events/route")).GET, "/public-api/audit-events?order=asc"];
  const { newApiOrganisation, startTokenIssuer } = await import("@/tests/support/access-tokens");
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  admin = (await newApiOrganisation(issuer, ENTRA, "Waiting")).as.Admin;
});

afterAll(async () => {
  await issuer.stop();
  await wire.cut();
});

const ask = ([handler, path]: typeof me) => testing.call(handler, path, { key });

describe("with the database down", () => {
  it("answers 503 in the envelope, and recovers once it is back", async () => {
    expect((await ask(me)).status).toBe(200);
    for (let outage = 0; outage < 3; outage++) {
      await wire.cut();
      for (const route of [me, agents, me]) {
        const answer = await ask(route);
        expect([answer.status, answer.body.error.code]).toEqual([503, "UNAVAILABLE"]);
        expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
        expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|select/);
      }
      await wire.mend();
      for (const route of [me, agents, me, agents]) expect((await ask(route)).status).toBe(200);
    }
  });

  it("answers 503 to those who wait for audit events, never an empty page, and the next wait works", async () => {
    const [handler, path] = events;
    const wait = (seconds: number) => testing.call<unknown[]>(handler, `${path}&wait=${seconds}`, { key: admin });
    const began = performance.now();
    // Some end by the statement that fails, others because their time is over before it.
    const waiting = [...Array.from({ length: 10 }, () => wait(20)), wait(1)];
    await pause(500);
    await wire.cut();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(answers.every(({ headers }) => headers.has("retry-after"))).toBe(true);
    expect(performance.now() - began).toBeLessThan(10_000);
    await wire.mend();
    const { status, body } = await wait(2);
    expect([status, body.data]).toEqual([200, []]);
    expect((await ask(me)).status).toBe(200);
  });

  it("fails every request in flight, and none hangs", async () => {
    const asked = Array.from({ length: 50 }, () => ask(me));
    await wire.cut();
    const statuses = new Set((await Promise.all(asked)).map((answer) => answer.status));
    expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
    await wire.mend();
    expect((await ask(me)).status).toBe(200);
  });

  it("times out on a database that accepts connections but never responds", async () => {
    wire.blocked = true;
    const started = performance.now();
    expect((await ask(me)).status).toBe(503);
    expect(performance.now() - started).toBeLessThan(15_000);
    wire.blocked = false;
    await wire.cut();
    await wire.mend();
    expect((await ask(me)).status).toBe(200);
  });
});
