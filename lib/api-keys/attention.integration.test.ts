import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { countAttention, dismissWarning, restoreWarning } from "@/lib/api-keys/attention";
import {
  ATTENTION_REASONS,
  type AttentionReason,
  DISMISSED_MS,
  NEVER_USED_MS,
  UNUSED_MS,
} from "@/lib/api-keys/attention-reasons";
import { listCreators } from "@/lib/api-keys/creators";
import { listKeys } from "@/lib/api-keys/list";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import { readLineage } from "@/lib/api-keys/lineage";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { EXPIRY_WARNING_MS } from "@/lib/api-keys/status";
import { updateKey } from "@/lib/api-keys/update";
import { databaseNow, prisma } from "@/lib/db/client";
import { purge } from "@/lib/db/purge";
import type { Prisma } from "@/lib/generated/prisma/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

const ORIGIN = newOrigin();
const NEVER = { kind: "never" } as const;
const ALL = loadKeyListUrl({});
const NONE = { expiring: 0, contact_gone: 0, unused: 0, never_used: 0, no_expiry: 0, creator_removed: 0 };
const FAR = 400 * 86_400_000;

let now: Date;
beforeAll(async () => {
  now = await databaseNow();
});
const later = (ms: number) => new Date(now.getTime() + ms);

/** A key in use that expires far ahead, so that nothing of it needs attention; `but` changes that. */
async function key(actor: MemberActor, but: Partial<Prisma.ApiKeyUncheckedCreateInput> = {}): Promise<string> {
  const id = randomUUID();
  const { tenantId, memberId: createdById } = actor;
  await prisma().apiKey.create({
    data: {
      ...{ id, tenantId, createdById, lineageId: id, name: "Export", environment: "test", last4: "AbCd" },
      ...{ hash: crypto.getRandomValues(new Uint8Array(32)), createdAt: now, lastUsedAt: now, expiresAt: later(FAR) },
      ...but,
    },
  });
  return id;
}

/** The reasons that a key is listed for at `at`; the counts agree. */
async function reasonsOf(actor: MemberActor, id: string, at: Date): Promise<AttentionReason[]> {
  const counts = await countAttention(actor, at);
  expect(counts.listed).toBe((await listKeys(actor, ALL, at)).total);
  const found: AttentionReason[] = [];
  for (const reason of ATTENTION_REASONS) {
    const { groups, total } = await listKeys(actor, { ...ALL, attention: reason }, at);
    expect(total, reason).toBe(counts[reason]);
    if (groups.some((group) => group.id === id)) found.push(reason);
  }
  return found;
}

describe("a key needs attention", () => {
  it.each<[AttentionReason, Partial<Prisma.ApiKeyUncheckedCreateInput>, number]>([
    ["expiring", { expiresAt: new Date(0) }, -EXPIRY_WARNING_MS],
    ["unused", { lastUsedAt: new Date(0) }, UNUSED_MS],
    ["never_used", { lastUsedAt: null, createdAt: new Date(0) }, NEVER_USED_MS],
  ])("as %s from one millisecond on", async (reason, but, after) => {
    const actor = await newOrganisation();
    const times = Object.entries(but).map(([column, at]) => [column, at instanceof Date ? now : at] as const);
    const id = await key(actor, Object.fromEntries(times));
    expect(await reasonsOf(actor, id, later(after - 1))).toEqual([]);
    expect(await reasonsOf(actor, id, later(after))).toEqual([reason]);
  });

  it("as expiring until the millisecond in which it expires", async () => {
    const actor = await newOrganisation();
    const id = await key(actor, { expiresAt: later(1_000) });
    expect(await reasonsOf(actor, id, later(999))).toEqual(["expiring"]);
    expect(await reasonsOf(actor, id, later(1_000))).toEqual([]);
  });

  it("without an expiry, and when its creator is no longer a member", async () => {
    const actor = await newOrganisation();
    const id = await key(actor, { expiresAt: null });
    expect(await reasonsOf(actor, id, now)).toEqual(["no_expiry"]);
    await prisma().member.update({ where: { id: actor.memberId }, data: { removedAt: now } });
    expect(await reasonsOf(actor, id, now)).toEqual(["contact_gone", "no_expiry", "creator_removed"]);
    const counts = { ...NONE, contact_gone: 1, no_expiry: 1, creator_removed: 1 };
    expect(await countAttention(actor, now)).toMatchObject(counts);
  });

  it("when its contact is gone: its owner or, without one, its creator, removed or with a disabled account", async () => {
    const actor = await newOrganisation();
    const removed = await newMember(actor.tenantId, "Admin", "Rex");
    const disabled = await newMember(actor.tenantId, "Admin", "Dora");
    await prisma().member.update({ where: { id: removed.memberId }, data: { removedAt: now } });
    await prisma().member.update({ where: { id: disabled.memberId }, data: { accountGoneAt: now } });
    const contactGone = async (id: string) => {
      const isListed = (await reasonsOf(actor, id, now)).includes("contact_gone");
      const { groups } = await listKeys(actor, ALL, now);
      expect(groups.find((group) => group.id === id)?.contactGone).toBe(isListed);
      expect((await readLineage(actor, id, now)).key.contactGone).toBe(isListed);
      return isListed;
    };
    for (const { memberId } of [removed, disabled]) {
      expect(await contactGone(await key(actor, { ownerId: memberId }))).toBe(true);
      const made = await key(actor, { createdById: memberId });
      expect(await contactGone(made)).toBe(true);
      expect(await contactGone(await key(actor, { createdById: memberId, ownerId: actor.memberId }))).toBe(false);
      expect(await contactGone(await key(actor, { createdById: memberId, ownerEmail: "team@example.com" }))).toBe(
        false,
      );
      expect(await contactGone(await key(actor, { ownerId: memberId, revokedAt: now }))).toBe(false);
      await updateKey(actor, made, { owner: { member_id: actor.memberId } }, { now, ...ORIGIN });
      expect(await contactGone(made)).toBe(false);
    }
    const [event] = await prisma().auditEvent.findMany({ where: { tenantId: actor.tenantId } });
    expect(event).toMatchObject({ action: "api_key.updated", details: { last4: "AbCd", changed: ["owner"] } });
    expect(await contactGone(await key(actor))).toBe(false);
  });

  it("never when it is revoked or was rotated, and never in another organisation", async () => {
    const [actor, stranger] = [await newOrganisation(), await newOrganisation()];
    const context = { now, ...ORIGIN };
    const revoked = await createKey(actor, { name: "Revoked", expiry: NEVER }, context);
    await revokeKey(actor, revoked.id, context);
    const rotated = await createKey(actor, { name: "Rotated", expiry: NEVER }, context);
    const next = await rotateKey(actor, rotated.id, NEVER, context);
    expect(await reasonsOf(actor, revoked.id, later(UNUSED_MS))).toEqual([]);
    // While both work, only the new key counts.
    expect(await countAttention(actor, later(1))).toMatchObject({ ...NONE, no_expiry: 1 });
    expect(await reasonsOf(actor, next.id, later(1))).toEqual(["no_expiry"]);
    expect(await countAttention(stranger, later(1))).toMatchObject(NONE);
    expect((await listKeys(stranger, { ...ALL, attention: "no_expiry" }, now)).total).toBe(0);
  });

  it("is for admins only", async () => {
    const { tenantId } = await newOrganisation();
    const user = await newMember(tenantId, "User", "Uma User");
    await expect(countAttention(user, now)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(listCreators(user, null)).rejects.toMatchObject({ code: "FORBIDDEN" });
    for (const change of [dismissWarning, restoreWarning]) {
      const refused = change(user, randomUUID(), "unused", { now, ...ORIGIN });
      await expect(refused).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("dismissing a warning", () => {
  it("takes the key out of that list for 30 days, for every admin, and is recorded", async () => {
    const actor = await newOrganisation();
    const colleague = await newMember(actor.tenantId, "Admin", "Ben");
    const [id, other] = [await key(actor, { expiresAt: null, lastUsedAt: later(-UNUSED_MS) }), await key(actor)];
    expect(await dismissWarning(actor, id, "no_expiry", { now, ...ORIGIN })).toEqual({ dismissed: true });
    expect(await reasonsOf(colleague, id, now)).toEqual(["unused"]);
    expect(await reasonsOf(colleague, id, later(DISMISSED_MS - 1))).toEqual(["unused"]);
    expect(await reasonsOf(colleague, id, later(DISMISSED_MS))).toEqual(["unused", "no_expiry"]);
    const events = await prisma().auditEvent.findMany({ where: { tenantId: actor.tenantId } });
    expect(events).toEqual([
      expect.objectContaining({
        action: "api_key.warning_dismissed",
        targetId: id,
        details: { last4: "AbCd", reason: "no_expiry", until: later(DISMISSED_MS).toISOString() },
      }),
    ]);
    // Again, once it is back.
    const back = { now: later(DISMISSED_MS), ...ORIGIN };
    expect(await dismissWarning(colleague, id, "no_expiry", back)).toEqual({ dismissed: true });
    expect(await reasonsOf(actor, id, later(2 * DISMISSED_MS - 1))).toEqual(["unused"]);
    expect(await reasonsOf(actor, other, now)).toEqual([]);
  });

  it("counts once when two admins do it at the same time, and does nothing where no warning is", async () => {
    const actor = await newOrganisation();
    const id = await key(actor, { expiresAt: null });
    const both = await Promise.all([1, 2].map(() => dismissWarning(actor, id, "no_expiry", { now, ...ORIGIN })));
    expect(both.map(({ dismissed }) => dismissed).toSorted()).toEqual([false, true]);
    expect(await dismissWarning(actor, id, "no_expiry", { now: later(1), ...ORIGIN })).toEqual({ dismissed: false });
    expect(await dismissWarning(actor, id, "unused", { now, ...ORIGIN })).toEqual({ dismissed: false });
    expect(await prisma().auditEvent.count({ where: { tenantId: actor.tenantId } })).toBe(1);
    expect(await prisma().keyWarningDismissal.count({ where: { tenantId: actor.tenantId } })).toBe(1);
  });

  it("can be taken back once, which is recorded too", async () => {
    const actor = await newOrganisation();
    const id = await key(actor, { expiresAt: null });
    const restore = (at = now) => restoreWarning(actor, id, "no_expiry", { now: at, ...ORIGIN });
    expect(await restore()).toEqual({ restored: false });
    await dismissWarning(actor, id, "no_expiry", { now, ...ORIGIN });
    expect(await Promise.all([restore(), restore()])).toEqual(
      expect.arrayContaining([{ restored: true }, { restored: false }]),
    );
    expect(await reasonsOf(actor, id, now)).toEqual(["no_expiry"]);
    await dismissWarning(actor, id, "no_expiry", { now, ...ORIGIN });
    // Over by itself.
    expect(await restore(later(DISMISSED_MS))).toEqual({ restored: false });
    const events = await prisma().auditEvent.findMany({ where: { tenantId: actor.tenantId }, orderBy: { seq: "asc" } });
    expect(events.map(({ action, details }) => [action.split("_").at(-1), details])).toEqual([
      ["dismissed", expect.anything()],
      ["restored", { last4: "AbCd", reason: "no_expiry" }],
      ["dismissed", expect.anything()],
    ]);
  });

  it("leaves nothing behind once it is over", async () => {
    const actor = await newOrganisation();
    const [over, kept] = [await key(actor, { expiresAt: null }), await key(actor, { expiresAt: null })];
    await dismissWarning(actor, over, "no_expiry", { now: later(-DISMISSED_MS), ...ORIGIN });
    await dismissWarning(actor, kept, "no_expiry", { now: later(60_000 - DISMISSED_MS), ...ORIGIN });
    await purge();
    const left = await prisma().keyWarningDismissal.findMany({ where: { tenantId: actor.tenantId } });
    expect(left.map(({ keyId }) => keyId)).toEqual([kept]);
  });

  it("finds no key of another organisation", async () => {
    const [actor, stranger] = [await newOrganisation(), await newOrganisation()];
    const id = await key(actor, { expiresAt: null });
    for (const wanted of [id, randomUUID(), "nonsense"])
      for (const change of [dismissWarning, restoreWarning]) {
        const refused = change(stranger, wanted, "no_expiry", { now, ...ORIGIN });
        await expect(refused).rejects.toMatchObject({ code: "NOT_FOUND" });
      }
    expect(await countAttention(actor, now)).toMatchObject({ ...NONE, no_expiry: 1 });
  });
});

describe("ten thousand keys", () => {
  it("are counted exactly, also when as many warnings are dismissed", async () => {
    const actor = await newOrganisation();
    const leaver = await newMember(actor.tenantId, "Admin", "Lea");
    await prisma().member.update({ where: { id: leaver.memberId }, data: { removedAt: now } });
    const disabled = await newMember(actor.tenantId, "User", "Dora");
    await prisma().member.update({ where: { id: disabled.memberId }, data: { accountGoneAt: now } });
    const { tenantId } = actor;
    // In parts, so that a slow machine inserts each in time.
    for (let from = 1; from <= 10_000; from += 2_000)
      await prisma().$executeRaw`
      insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id, expires_at, last_used_at,
        owner_id, owner_email)
      select id, ${tenantId}::uuid, 'Key ' || n, 'test', 'AbCd', sha256(id::text::bytea), ${later(-NEVER_USED_MS)}::timestamptz,
        (case when n % 10 = 0 then ${leaver.memberId} else ${actor.memberId} end)::uuid, id,
        case when n % 4 > 0 then ${now}::timestamptz + case n % 4 when 1 then interval '14 days' else interval '15 days' end end,
        case when n % 5 > 0 then ${now}::timestamptz - case n % 5 when 1 then interval '90 days' else interval '1 day' end end,
        case when n % 8 = 0 then ${disabled.memberId}::uuid end, case when n % 20 = 10 then 'team@example.com' end
      from (select gen_random_uuid() as id, n from generate_series(${from}::int, ${from + 1_999}::int) as n) as made`;
    await prisma().$executeRaw`
      insert into key_warning_dismissals (tenant_id, key_id, reason, dismissed_at, dismissed_by_id)
      select tenant_id, id, 'no_expiry', ${now}::timestamptz, created_by_id from api_keys
      where tenant_id = ${tenantId}::uuid and expires_at is null limit 100`;
    const counts = await countAttention(actor, now);
    expect(counts).toMatchObject({
      ...{ expiring: 2_500, unused: 2_000, never_used: 2_000, no_expiry: 2_400, creator_removed: 1_000 },
      // 1,250 of an owner with a disabled account, and those of the removed creator that have no owner: 1,000 - 250 - 500.
      contact_gone: 1_500,
    });
    expect((await listKeys(actor, { ...ALL, attention: "contact_gone" }, now)).total).toBe(1_500);
    const page = await listKeys(actor, { ...ALL, attention: "no_expiry", page: 48 }, now);
    expect(page).toMatchObject({ total: 2_400, hasNext: false });
    expect(page.groups).toHaveLength(50);

    // Comparing every key with every dismissal would take longer than a query may. PGlite never analyses a table by itself, so
    // its one session would check the foreign keys by the plan that suited empty tables: 10,000 × 10,000 rows.
    await prisma().$executeRaw`discard plans`;
    await prisma().$executeRaw`
      insert into key_warning_dismissals (tenant_id, key_id, reason, dismissed_at, dismissed_by_id)
      select tenant_id, id, 'no_expiry', ${now}::timestamptz, created_by_id from api_keys
      where tenant_id = ${tenantId}::uuid on conflict do nothing`;
    expect((await listKeys(actor, { ...ALL, attention: "no_expiry" }, now)).total).toBe(0);
  });
});

describe("the people who created keys", () => {
  it("are listed once each by name, with those who are no longer members, and filter the list", async () => {
    const actor = await newOrganisation();
    const leaver = await newMember(actor.tenantId, "Admin", "Zoe");
    await newMember(actor.tenantId, "Admin", "Without keys");
    const mine = await key(actor);
    const context = { now, ...ORIGIN };
    const old = await createKey(leaver, { name: "Old", expiry: NEVER }, context);
    await key(leaver);
    await prisma().member.update({ where: { id: leaver.memberId }, data: { removedAt: now } });
    const creators = await listCreators(actor, null);
    expect(creators.map(({ name, removed }) => [name, removed])).toEqual([
      ["Ada Admin", false],
      ["Zoe", true],
    ]);
    const of = async (creator: string) =>
      (await listKeys(actor, { ...ALL, creator }, later(1))).groups.map((group) => group.id);
    expect(await of(actor.memberId)).toEqual([mine]);
    expect(await of(leaver.memberId)).toHaveLength(2);
    // A rotated key's creator finds its pair.
    const next = await rotateKey(actor, old.id, NEVER, context);
    expect(await of(leaver.memberId)).toContain(next.id);
    const stranger = await newOrganisation();
    expect((await listKeys(stranger, { ...ALL, creator: actor.memberId }, now)).total).toBe(0);
    expect(await listCreators(stranger, actor.memberId)).toEqual([]);
  });
});
