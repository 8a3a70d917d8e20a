import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { GET as agent } from "@/app/public-api/agents/[agent_id]/route";
import { GET as agents, POST as createAgent } from "@/app/public-api/agents/route";
import { GET as keys } from "@/app/public-api/api-keys/route";
import { GET as me } from "@/app/public-api/me/route";
import type { MemberActor } from "@/lib/actor";
import { listKeys } from "@/lib/api-keys/list";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import type { UsageRange } from "@/lib/usage/range";
import { readKeyUsage } from "@/lib/api-keys/usage";
import { usage } from "@/lib/usage/recorder";
import { env } from "@/lib/config/env";
import { databaseNow, prisma } from "@/lib/db/client";
import { log } from "@/lib/logging/log";
import { createRoute, operation } from "@/lib/public-api/create-route";
import { newOrganisation } from "@/tests/support/people";
import { call, makeKey } from "@/tests/support/public-api";

const ADDRESS = "192.0.2.7";
const headers = { "x-neo-client-address": ADDRESS, "user-agent": "curl/8.5.0" };
const ME = "/public-api/me";
let tenant: MemberActor;

const broken = createRoute("/public-api/usage-test", {
  GET: operation({
    operationId: "testUsage",
    summary: "Fails",
    tag: "Service",
    allow: { key: true, member: "Viewer" },
    data: z.object({}),
    handler: () => {
      throw new Error("a fault of ours");
    },
  }),
});

beforeAll(async () => {
  tenant = await newOrganisation();
});

async function usageOf(keyId: string, range: UsageRange = "24h", of = tenant) {
  await usage.flush();
  return readKeyUsage(of, keyId, range, await databaseNow());
}
const NONE = { served: 0, client_errors: 0, rate_limited: 0, refused: 0, failed: 0 };
const totalsOf = async (keyId: string, of = tenant) => (await usageOf(keyId, "24h", of)).totals;

describe("the outcome of a call", () => {
  it("is served for 2xx and 3xx", async () => {
    const { id, key } = await makeKey(tenant);
    const body = { name: "Triage", trigger_type: "NONE", actions: [] };
    const made = await call<{ id: string }>(createAgent, "/public-api/agents", { key, headers, method: "POST", body });
    const path = `/public-api/agents/${made.body.data.id}`;
    const fresh = { ...headers, "if-none-match": "*" };
    const answer = await call(agent, path, { key, headers: fresh, params: { agent_id: made.body.data.id } });
    expect([made.status, answer.status]).toEqual([201, 304]);
    expect(await totalsOf(id)).toEqual({ ...NONE, served: 2 });
  });

  it("is client_errors for another 4xx, with the refusal", async () => {
    const { id, key } = await makeKey(tenant);
    const answer = await call(agents, "/public-api/agents?page_size=0", { key, headers });
    const { totals, refusals } = await usageOf(id);
    expect(totals).toEqual({ ...NONE, client_errors: 1 });
    expect(refusals).toEqual([
      {
        at: expect.any(Date) as Date,
        requestId: answer.headers.get("x-request-id"),
        reason: "invalid_parameter",
        status: 400,
        endpoint: "GET /public-api/agents",
        address: ADDRESS,
      },
    ]);
  });

  it("is rate_limited over the organisation's limit", async () => {
    const busy = await newOrganisation();
    const { id, key } = await makeKey(busy);
    const limit = env().RATE_LIMIT_PER_MINUTE;
    Object.assign(env(), { RATE_LIMIT_PER_MINUTE: 2 });
    for (let n = 0; n < 5; n++) await call(me, ME, { key, headers });
    Object.assign(env(), { RATE_LIMIT_PER_MINUTE: limit });
    expect(await totalsOf(id, busy)).toEqual({ ...NONE, served: 2, rate_limited: 3 });
  });

  it("is failed for 5xx, which is no refusal", async () => {
    const { id, key } = await makeKey(tenant);
    const error = vi.spyOn(log(), "error").mockReturnValue(undefined);
    expect((await call(broken.GET, "/public-api/usage-test", { key, headers })).status).toBe(500);
    error.mockRestore();
    const { totals, refusals } = await usageOf(id);
    expect([totals, refusals]).toEqual([{ ...NONE, failed: 1 }, []]);
  });

  it("is refused for what keys may not do", async () => {
    const { id, key } = await makeKey(tenant);
    await call(keys, "/public-api/api-keys", { key, headers });
    const { totals, refusals } = await usageOf(id);
    expect(totals).toEqual({ ...NONE, refused: 1 });
    expect(refusals).toMatchObject([{ reason: "key_not_allowed", status: 403 }]);
  });

  const past = new Date(Date.now() - 60_000);
  it.each([
    ["revoked", { revokedAt: past }],
    ["expired", { expiresAt: past }],
    ["rotated_out", { rotatedAt: past, graceEndsAt: past }],
  ])("is refused for a key that is %s", async (reason, set) => {
    const { id, key } = await makeKey(tenant, set);
    const answers = [await call(me, ME, { key, headers }), await call(agents, "/public-api/agents", { key, headers })];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    const found = await usageOf(id);
    expect(found.totals).toEqual({ ...NONE, refused: 2 });
    expect(found.refusals.map((one) => [one.reason, one.requestId])).toEqual(
      answers.reverse().map(({ headers: sent }) => [reason, sent.get("x-request-id")]),
    );
    expect(found.callers.address).toMatchObject([{ value: ADDRESS, calls: 2 }]);
    expect(found.latest).toBeNull();
    // Callers hear and the log shows no more than before.
    for (const { text } of answers) expect(text).not.toContain(id);
  });

  it("is refused for a key of a disabled organisation, and for a revoked one over its address's limit", async () => {
    const disabled = await newOrganisation("Admin", "Ada", { enabled: false });
    const { id, key } = await makeKey(disabled);
    const over = { ...headers, "x-neo-client-address": "203.0.113.9" };
    const limit = env().UNAUTHENTICATED_LIMIT_PER_MINUTE;
    Object.assign(env(), { UNAUTHENTICATED_LIMIT_PER_MINUTE: 1 });
    const statuses = [];
    for (let n = 0; n < 2; n++) statuses.push((await call(me, ME, { key, headers: over })).status);
    Object.assign(env(), { UNAUTHENTICATED_LIMIT_PER_MINUTE: limit });
    const { totals, refusals } = await usageOf(id, "24h", disabled);
    expect([statuses, totals]).toEqual([[403, 429], { ...NONE, refused: 2 }]);
    expect(refusals.map(({ reason }) => reason)).toEqual(["address_limit", "organisation_disabled"]);
  });

  it("is nobody's for an unknown key, and for a client that left", async () => {
    const { id, key } = await makeKey(tenant);
    const before = await prisma().keyUsageHour.count();
    await call(me, ME, { key: `neo_sk_test_${"A".repeat(24)}`, headers });
    await expect(
      call(broken.GET, "/public-api/usage-test", { key, headers, signal: AbortSignal.abort() }),
    ).resolves.toBeDefined();
    expect(await totalsOf(id)).toEqual(NONE);
    expect(await prisma().keyUsageHour.count()).toBe(before);
  });
});

describe("what is counted", () => {
  it("equals what was sent, over keys, endpoints and flushes", async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => makeKey(tenant)));
    const sent = new Map(made.map(({ id }) => [id, { ...NONE }]));
    for (let round = 0; round < 6; round++) {
      await Promise.all(
        Array.from({ length: 40 }, async () => {
          const { id, key } = made[Math.floor(Math.random() * made.length)] ?? { id: "", key: "" };
          const counts = sent.get(id) ?? { ...NONE };
          const isBad = Math.random() < 0.3;
          const { status } = await call(agents, `/public-api/agents${isBad ? "?page_size=0" : ""}`, { key, headers });
          if (status === 200) counts.served++;
          else counts.client_errors++;
        }),
      );
      void usage.flush();
    }
    for (const { id } of made) {
      const found = await usageOf(id);
      const counts = sent.get(id) ?? NONE;
      expect(found.totals).toEqual(counts);
      for (const kind of ["address", "client", "endpoint"] as const)
        expect(found.callers[kind].map(({ calls }) => calls)).toEqual([counts.served + counts.client_errors]);
      expect(found.refusals).toHaveLength(Math.min(20, counts.client_errors));
    }
  });

  it("is written once per flush, however many calls are made meanwhile", async () => {
    const { id, key } = await makeKey(tenant);
    await call(me, ME, { key, headers });
    await usage.flush();
    const before = await prisma().keyUsageFlush.count();
    const flushed = new AbortController();
    let sent = 1;
    const load = (async () => {
      for (; !flushed.signal.aborted; sent++) await call(me, ME, { key, headers });
    })();
    await vi.waitUntil(() => sent > 5);
    for (let n = 0; n < 3; n++) await usage.flush();
    const flushes = (await prisma().keyUsageFlush.count()) - before;
    flushed.abort();
    await load;
    expect(flushes).toBeLessThanOrEqual(3);
    expect(await totalsOf(id)).toEqual({ ...NONE, served: sent });
  });

  it("says when and by whom the key was last used", async () => {
    const { id, key } = await makeKey(tenant);
    await call(me, ME, { key, headers });
    const before = await databaseNow();
    await call(agents, "/public-api/agents", { key, headers: { ...headers, "user-agent": "node" } });
    const { latest, callers } = await usageOf(id);
    expect(latest).toEqual({
      at: expect.any(Date) as Date,
      address: ADDRESS,
      client: "node",
      endpoint: "GET /public-api/agents",
    });
    expect(latest?.at.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(callers.client.map(({ value, calls }) => [value, calls])).toEqual([
      ["curl", 1],
      ["node", 1],
    ]);
  });

  it("stores no secret that a client put in the wrong field", async () => {
    const { id, key } = await makeKey(tenant);
    await call(me, ME, { key, headers: { ...headers, "user-agent": key } });
    const { callers, latest } = await usageOf(id);
    expect([callers.client[0]?.value, latest?.client]).toEqual(["unknown", "unknown"]);
  });

  it.each([
    ["truncated", "192.0.2.0/24"],
    ["off", null],
  ] as const)("has addresses as USAGE_ADDRESSES=%s says", async (mode, stored) => {
    const { id, key } = await makeKey(tenant);
    Object.assign(env(), { USAGE_ADDRESSES: mode });
    await call(me, ME, { key, headers });
    await call(agents, "/public-api/agents?page_size=0", { key, headers });
    Object.assign(env(), { USAGE_ADDRESSES: "full" });
    const { callers, refusals, latest } = await usageOf(id);
    expect(callers.address.map(({ value }) => value)).toEqual(stored === null ? [] : [stored]);
    expect([refusals[0]?.address, latest?.address]).toEqual([stored, stored]);
    const { groups } = await listKeys(tenant, loadKeyListUrl({}), await databaseNow());
    expect(groups.find((group) => group.id === id)?.lastUse).toEqual({ address: stored, client: "curl" });
  });

  it("belongs to the key's own organisation", async () => {
    const { id, key } = await makeKey(tenant);
    await call(me, ME, { key, headers });
    await usage.flush();
    const now = await databaseNow();
    const others = await newOrganisation();
    const refusal = async (keyId: string) => readKeyUsage(others, keyId, "24h", now).catch((error: unknown) => error);
    expect(await refusal(id)).toMatchObject({ code: "NOT_FOUND" });
    expect(await refusal(id)).toEqual(await refusal(randomUUID()));
    await expect(readKeyUsage({ ...tenant, role: "User" }, id, "24h", now)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });
});
