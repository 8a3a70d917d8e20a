// Many requests wait for audit events at the same time.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import type { RouteHandler } from "@/lib/public-api/create-route";
import type { ApiOrganisation, TokenIssuer } from "@/tests/support/access-tokens";
import { DatabaseWire } from "@/tests/support/database-wire";
import type * as Testing from "@/tests/support/public-api";

const ENTRA = Array.from({ length: 11 }, () => randomUUID());
// lib/config/env reads them on first use.
Object.assign(process.env, { TENANTS: ENTRA.join(","), RATE_LIMIT_PER_MINUTE: "1000000" });

let wire: DatabaseWire;
let issuer: TokenIssuer;
let organisations: ApiOrganisation[];
let listEvents: RouteHandler;
let testing: typeof Testing;

beforeAll(async () => {
  wire = new DatabaseWire(process.env.DATABASE_URL ?? "");
  await wire.mend();
  process.env.DATABASE_URL = wire.url;
  testing = await import("@/tests/support/public-api");
  listEvents = (await import("@/app/public-api/audit-events/route")).GET;
  const { newApiOrganisation, startTokenIssuer } = await import("@/tests/support/access-tokens");
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  organisations = [];
  for (const tid of ENTRA) organisations.push(await newApiOrganisation(issuer, tid, "Crowd"));
});
afterAll(async () => {
  await issuer.stop();
  await wire.cut();
});

async function write({ tenantId, memberId }: ApiOrganisation): Promise<void> {
  const { recordAudit } = await import("@/lib/audit-log/record");
  const { databaseNow, prisma } = await import("@/lib/db/client");
  const { newOrigin } = await import("@/tests/support/people");
  const actor = { kind: "member", tenantId, memberId, name: "Ada" } as const;
  const entry = { action: "agent.updated", target: { id: randomUUID(), name: "Crowded" } } as const;
  const context = { now: await databaseNow(), ...newOrigin() };
  await prisma().$transaction((tx) => recordAudit(tx, actor, entry, context));
}

it("five hundred waiting requests share one statement a second, and each gets its organisation's event", async () => {
  const { chainWaits, WAIT_LIMITS } = await import("@/lib/audit-log/chain-waits");
  const [last, ...crowd] = organisations;
  if (!last) throw new Error("no organisation");
  const ask = ({ as }: ApiOrganisation) =>
    testing.call<{ seq: number }[]>(listEvents, "/public-api/audit-events?order=asc&wait=25", { key: as.Admin });
  global.gc?.();
  const heap = process.memoryUsage().heapUsed;
  const answers = crowd.flatMap((organisation) =>
    Array.from({ length: WAIT_LIMITS.each + 10 }, () => ask(organisation)),
  );
  const early: number[] = [];
  for (const answer of answers) void answer.then(({ body }) => early.push(body.data.length));
  const beyond = answers.length - WAIT_LIMITS.total;
  await expect.poll(() => early.length, { timeout: 20_000 }).toBe(beyond);
  expect(early).toEqual(Array.from({ length: beyond }, () => 0));
  // Full for everybody, also for who has no request yet.
  expect(chainWaits.hasRoom(last.tenantId)).toBe(false);
  await pause(300);
  const [before, started] = [wire.statements, performance.now()];
  await pause(4_000);
  const perSecond = (wire.statements - before) / ((performance.now() - started) / 1_000);
  const bytesEach = (process.memoryUsage().heapUsed - heap) / WAIT_LIMITS.total;
  // Whatever else the process writes in the background is less than one a second.
  expect(perSecond).toBeLessThan(2);
  expect(bytesEach).toBeLessThan(100_000);
  await Promise.all(crowd.map(write));
  const all = await Promise.all(answers);
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(all.filter(({ body }) => body.data.length === 1)).toHaveLength(WAIT_LIMITS.total);

  // The process ends: all are answered at the same time.
  const latest = all.findLast(({ body }) => body.data.length === 1);
  const after = latest?.body.meta.pagination.next_cursor ?? "";
  const lastOf = crowd.at(-1) ?? last;
  const waiting = Array.from({ length: WAIT_LIMITS.each }, () =>
    testing.call<unknown[]>(listEvents, `/public-api/audit-events?order=asc&wait=25&after=${after}`, {
      key: lastOf.as.Admin,
    }),
  );
  await expect.poll(() => chainWaits.hasRoom(lastOf.tenantId), { timeout: 5_000 }).toBe(false);
  const stopped = performance.now();
  chainWaits.stop();
  const ended = await Promise.all(waiting);
  expect(ended.map(({ status, body }) => [status, body.data, body.meta.pagination.next_cursor])).toEqual(
    ended.map(() => [200, [], after]),
  );
  expect(performance.now() - stopped).toBeLessThan(2_000);
}, 90_000);
