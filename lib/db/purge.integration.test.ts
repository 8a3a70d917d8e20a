import { randomUUID } from "node:crypto";

import { v7 as uuidv7 } from "uuid";
import { beforeEach, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import { purge, startPurging } from "@/lib/db/purge";
import { newOrganisation } from "@/tests/support/people";

const DAY = 86_400_000;
let member: MemberActor;

const ago = (ms: number) => new Date(Date.now() - ms);

async function session(expiresAt: Date, endedAt: Date | null = null): Promise<string> {
  const id = uuidv7();
  const createdAt = ago(60 * DAY);
  await prisma().session.create({ data: { id, memberId: member.memberId, createdAt, expiresAt, endedAt } });
  return id;
}

async function idempotencyKey(createdAt: Date): Promise<string> {
  const key = randomUUID();
  const { tenantId, memberId: actorId } = member;
  const row = { tenantId, actorId, path: "/a", key, requestHash: new Uint8Array(32), claimId: uuidv7(), createdAt };
  await prisma().idempotencyKey.create({ data: row });
  return key;
}

const sessions = async () =>
  (await prisma().session.findMany({ where: { memberId: member.memberId } })).map(({ id }) => id).sort();
const keys = async () =>
  (await prisma().idempotencyKey.findMany({ where: { tenantId: member.tenantId } })).map(({ key }) => key).sort();

beforeEach(async () => {
  await purge();
  member = await newOrganisation();
});

describe("purging", () => {
  it("deletes sessions that ended or expired 30 days ago, and no others", async () => {
    await session(ago(31 * DAY));
    await session(ago(-DAY), ago(31 * DAY));
    await session(ago(30 * DAY + 60_000), ago(31 * DAY));
    const kept = [await session(ago(29 * DAY)), await session(ago(-DAY), ago(29 * DAY)), await session(ago(-DAY))];
    expect(await purge()).toMatchObject({ sessions: 3, idempotency_keys: 0 });
    expect(await sessions()).toEqual(kept.sort());
  });

  it("deletes idempotency keys after 24 hours, answered or not", async () => {
    await idempotencyKey(ago(DAY + 1_000));
    const kept = await idempotencyKey(ago(DAY - 60_000));
    expect(await purge()).toMatchObject({ sessions: 0, idempotency_keys: 1 });
    expect(await keys()).toEqual([kept]);
  });

  it("deletes several batches, each row once, even with a concurrent purge", async () => {
    await prisma().$executeRaw`
      insert into idempotency_keys (tenant_id, actor_id, path, key, request_hash, claim_id, created_at)
      select ${member.tenantId}::uuid, ${member.memberId}::uuid, '/a', n::text, ''::bytea, gen_random_uuid(), now() - interval '25 hours'
        from generate_series(1, 2500) n`;
    const both = await Promise.all([purge(), purge()]);
    const rest = await purge();
    expect(both[0].idempotency_keys + both[1].idempotency_keys + rest.idempotency_keys).toBe(2_500);
    expect(await keys()).toEqual([]);
  });

  it("skips while another instance purges", async ({ skip }) => {
    if (!["postgres", "url"].includes(process.env.NEO_TEST_DATABASE ?? "")) {
      skip("the embedded database is one session, which holds the lock already");
    }
    await idempotencyKey(ago(2 * DAY));
    await prisma().$transaction(async (tx) => {
      await tx.$queryRaw`select pg_advisory_xact_lock(hashtext('neo-purge'))::text`;
      expect(await purge()).toMatchObject({ sessions: 0, idempotency_keys: 0 });
    });
    expect(await purge()).toMatchObject({ sessions: 0, idempotency_keys: 1 });
  });

  it("runs periodically without any traffic until it is stopped", async () => {
    const stop = startPurging(1, 20);
    for (let n = 0; n < 2; n++) {
      await idempotencyKey(ago(2 * DAY));
      await expect.poll(keys).toEqual([]);
    }
    stop();
    // A purge that has begun may still finish.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const left = await idempotencyKey(ago(2 * DAY));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await keys()).toEqual([left]);
  });
});
