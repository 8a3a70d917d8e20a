import { randomUUID } from "node:crypto";
import { inspect } from "node:util";

import { beforeAll, describe, expect, it } from "vitest";

import type { Actor, MemberActor } from "@/lib/actor";
import { listAuditEvents, type AuditFilters } from "@/lib/audit-log/list";
import { recordAudit } from "@/lib/audit-log/record";
import { databaseNow, prisma } from "@/lib/db/client";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { newMember, newOrigin, newOrganisation } from "@/tests/support/people";

const NEVER = { kind: "never" } as const;

let admin: MemberActor;
let now: Date;

beforeAll(async () => {
  admin = await newOrganisation();
  now = await databaseNow();
});

const later = (ms: number) => new Date(now.getTime() + ms);
const list = async (actor: MemberActor, filters: AuditFilters = {}, size = 200) =>
  (await listAuditEvents(actor, filters, { size })).rows;
const note = (actor: Actor, name: string, at: Date) =>
  recordAudit(
    prisma(),
    actor,
    { action: "agent.updated", target: { id: randomUUID(), name } },
    { now: at, ...newOrigin() },
  );

describe("the life of a key", () => {
  it("writes a row per change with who, what, when and from where, and without secrets", async () => {
    const person = await newOrganisation("Admin", "Grace");
    const origins = [newOrigin(), newOrigin(), newOrigin()] as const;
    const old = await createKey(person, { name: "Export", expiry: NEVER }, { now, ...origins[0] });
    const next = await rotateKey(person, old.id, { kind: "same" }, { now: later(1), ...origins[1] });
    await revokeKey(person, old.id, { now: later(2), ...origins[2] });

    const rows = await list(person);
    const common = { tenantId: person.tenantId, actorKind: "MEMBER", actorId: person.memberId, actorName: "Grace" };
    const target = { targetType: "api_key", targetId: old.id, targetName: "Export" };
    const last4 = old.key.slice(-4);
    expect(rows).toEqual([
      expect.objectContaining({ ...common, ...target, ...origins[2], action: "api_key.revoked", at: later(2) }),
      expect.objectContaining({
        ...common,
        ...target,
        ...origins[1],
        action: "api_key.rotated",
        at: later(1),
        details: {
          last4,
          works_until: next.oldKeyWorksUntil.toISOString(),
          new_key_id: next.id,
          new_last4: next.key.slice(-4),
          new_expires_at: null,
        },
      }),
      expect.objectContaining({
        ...common,
        ...target,
        ...origins[0],
        action: "api_key.created",
        at: now,
        details: { last4, expires_at: null },
      }),
    ]);
    const text = inspect(rows, { depth: null });
    for (const { key } of [old, next]) expect(text).not.toContain(key.slice(-24, -4));
  });

  it("writes no row if nothing changed", async () => {
    const person = await newOrganisation();
    const key = await createKey(person, { name: "Twice", expiry: NEVER }, { now, ...newOrigin() });
    const revoke = () => revokeKey(person, key.id, { now, ...newOrigin() });
    const at = await Promise.all(Array.from({ length: 6 }, revoke));
    expect(at.filter(({ revoked }) => revoked)).toHaveLength(1);
    expect(await revoke()).toEqual({ revoked: false });
    await expect(rotateKey(person, key.id, NEVER, { now, ...newOrigin() })).rejects.toThrow(/revoked/);
    await expect(createKey(person, { name: "x", expiry: { kind: "same" } }, { now, ...newOrigin() })).rejects.toThrow();
    expect((await list(person)).map((row) => row.action)).toEqual(["api_key.revoked", "api_key.created"]);
  });

  it("rolls back a change whose row can't be written", async () => {
    const person = await newOrganisation();
    const origin = { ...newOrigin(), requestId: "not a UUID" };
    await expect(createKey(person, { name: "Unseen", expiry: NEVER }, { now, ...origin })).rejects.toThrow();
    expect(await prisma().apiKey.count({ where: { tenantId: person.tenantId } })).toBe(0);
    const key = await createKey(person, { name: "Seen", expiry: NEVER }, { now, ...newOrigin() });
    await expect(rotateKey(person, key.id, NEVER, { now, ...origin })).rejects.toThrow();
    await expect(revokeKey(person, key.id, { now, ...origin })).rejects.toThrow();
    const rows = await prisma().apiKey.findMany({ where: { tenantId: person.tenantId } });
    expect(rows).toEqual([expect.objectContaining({ id: key.id, rotatedAt: null, revokedAt: null })]);
    expect(await list(person)).toHaveLength(1);
  });
});

describe("recordAudit", () => {
  it("truncates a long user agent, and keeps a malformed one readable", async () => {
    const person = await newOrganisation();
    const origin = { ...newOrigin(), userAgent: `\ud800${"x".repeat(2_000)}`, clientAddress: null };
    await recordAudit(
      prisma(),
      person,
      { action: "agent.created", target: { id: randomUUID(), name: "A" } },
      { now, ...origin },
    );
    const [row] = await list(person);
    expect(row).toMatchObject({ userAgent: `\ufffd${"x".repeat(511)}`, clientAddress: null });
  });
});

describe("listAuditEvents", () => {
  it("filters by action, actor and time, the end excluded", async () => {
    const person = await newOrganisation();
    const second = await newMember(person.tenantId, "User", "Second");
    const program: Actor = {
      kind: "key",
      tenantId: person.tenantId,
      keyId: randomUUID(),
      lineageId: randomUUID(),
      name: "Nightly",
    };
    await createKey(person, { name: "A key", expiry: NEVER }, { now, ...newOrigin() });
    await note(second, "by a person", later(10));
    await note(program, "by a program", later(20));
    const names = async (filters: AuditFilters) => (await list(person, filters)).map((row) => row.targetName);
    expect(await names({})).toEqual(["by a program", "by a person", "A key"]);
    expect(await names({ action: "api_key.created" })).toEqual(["A key"]);
    expect(await names({ actor: second.memberId })).toEqual(["by a person"]);
    expect(await names({ actor: program.keyId.toUpperCase() })).toEqual(["by a program"]);
    expect(await names({ actor: "Second" })).toEqual([]);
    expect(await names({ from: later(10), to: later(20) })).toEqual(["by a person"]);
    expect(await names({ from: later(21) })).toEqual([]);
    expect(await names({ actor: second.memberId, action: "api_key.created" })).toEqual([]);
  });

  it("filters by the target's id", async () => {
    const [one, other] = await Promise.all(
      ["One", "Other"].map((name) => createKey(admin, { name, expiry: NEVER }, { now, ...newOrigin() })),
    );
    if (!one || !other) throw new Error("two keys were created");
    await revokeKey(admin, one.id, { now: later(1), ...newOrigin() });
    const actions = async (actor: MemberActor, filters: AuditFilters) =>
      (await list(actor, filters)).map(({ action, targetId }) => [action, targetId]);
    const about = [
      ["api_key.revoked", one.id],
      ["api_key.created", one.id],
    ];
    expect(await actions(admin, { targetId: one.id })).toEqual(about);
    expect(await actions(admin, { targetId: one.id.toUpperCase() })).toEqual(about);
    expect(await actions(admin, { targetId: one.id, action: "api_key.created" })).toEqual(about.slice(1));
    expect(await actions(admin, { targetId: randomUUID() })).toEqual([]);
    expect(await actions(admin, { targetId: "nonsense" })).toEqual([]);
    expect(await actions(await newOrganisation(), { targetId: one.id })).toEqual([]);
  });

  it("pages through events of the same millisecond without duplicates or gaps", async () => {
    const person = await newOrganisation();
    for (let n = 0; n < 7; n++) await note(person, `event ${n}`, later(n < 5 ? 0 : 1));
    const seen: string[] = [];
    let after: { at: number; id: string } | undefined;
    for (let more = true; more;) {
      const { rows, hasMore } = await listAuditEvents(person, {}, { size: 2, after });
      seen.push(...rows.map((row) => row.targetName));
      const last = rows.at(-1);
      after = last && { at: last.at.getTime(), id: last.id };
      more = hasMore;
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `event ${n}`));
  });

  it.each(["User", "Viewer"] as const)("refuses a %s", async (role) => {
    const member = await newMember(admin.tenantId, role, role);
    await expect(list(member)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("returns only the organisation's own events", async () => {
    const stranger = await newOrganisation();
    await note(stranger, "theirs", now);
    await note(admin, "ours", now);
    expect((await list(stranger)).map((row) => row.targetName)).toEqual(["theirs"]);
    expect(await list(stranger, { actor: admin.memberId })).toEqual([]);
  });
});
