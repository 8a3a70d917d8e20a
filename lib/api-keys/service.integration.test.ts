import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { hashKey } from "@/lib/api-keys/hash";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { OVERLAP_MS } from "@/lib/api-keys/rotation-overlap";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

const DAY = 86_400_000;
const ORIGIN = newOrigin();
const NEVER = { kind: "never" } as const;

let admin: MemberActor;
let stranger: MemberActor;
let now: Date;

beforeAll(async () => {
  admin = await newOrganisation();
  stranger = await newOrganisation("Admin", "Stranger");
  now = await databaseNow();
});

const later = (ms: number) => new Date(now.getTime() + ms);
const read = (id: string) => prisma().apiKey.findUniqueOrThrow({ where: { id } });
const create = (name: string, expiresAt: Date | null = null) =>
  createKey(
    admin,
    { name, expiry: expiresAt ? { kind: "at", at: expiresAt.toISOString() } : NEVER },
    { now, ...ORIGIN },
  );

async function refusalOf(attempt: Promise<unknown>): Promise<AppError> {
  const error = await attempt.then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof AppError)) throw new Error("expected an AppError", { cause: error });
  return error;
}

describe("createKey", () => {
  it("stores only the key's hash and its last four characters", async () => {
    const issued = await create("Billing export script");
    expect(issued.key).toMatch(/^neo_sk_test_[A-Za-z0-9]{24}$/);
    const row = await read(issued.id);
    expect(Buffer.from(row.hash).toString("hex")).toBe(hashKey(issued.key));
    expect(row).toMatchObject({
      tenantId: admin.tenantId,
      name: "Billing export script",
      environment: "test",
      last4: issued.key.slice(-4),
      createdById: admin.memberId,
      expiresAt: null,
      rotatedAt: null,
      graceEndsAt: null,
      revokedAt: null,
      lastUsedAt: null,
      lineageId: row.id,
      replacesId: null,
    });
    const secret = issued.key.slice(-24);
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it("assigns UUIDv7 ids in order of creation", async () => {
    const ids = [await create("one"), await create("two"), await create("three")].map((key) => key.id);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect([...ids].sort()).toEqual(ids);
  });

  it("keeps an expiry to the millisecond and refuses one in the past", async () => {
    const expiresAt = later(1);
    const issued = await create("short", expiresAt);
    expect((await read(issued.id)).expiresAt).toEqual(expiresAt);
    const refusal = await refusalOf(create("too late", now));
    expect(refusal).toMatchObject({ code: "UNPROCESSABLE", fields: { expiry: "Choose a future date and time." } });
  });

  it("refuses the lifetime of a previous key: a new key has none", async () => {
    expect((await refusalOf(createKey(admin, { name: "x", expiry: { kind: "same" } }, { now, ...ORIGIN }))).code).toBe(
      "UNPROCESSABLE",
    );
  });

  it.each(["User", "Viewer"] as const)("is refused for a %s", async (role) => {
    const member = await newMember(admin.tenantId, role, role);
    const refusal = await refusalOf(createKey(member, { name: "x", expiry: NEVER }, { now, ...ORIGIN }));
    expect(refusal).toMatchObject({ code: "FORBIDDEN", message: "API-key management requires admin role." });
  });
});

describe("rotateKey", () => {
  it("issues a new key of the same name and keeps the old one working for 24 hours", async () => {
    const old = await create("rotate me");
    const next = await rotateKey(admin, old.id, { kind: "same" }, { now, ...ORIGIN });
    expect(next.name).toBe("rotate me");
    expect(next.key).not.toBe(old.key);
    expect(next.expiresAt).toBeNull();
    expect(next.oldKeyWorksUntil).toEqual(later(OVERLAP_MS));
    expect(await read(old.id)).toMatchObject({
      rotatedAt: now,
      rotatedById: admin.memberId,
      graceEndsAt: later(OVERLAP_MS),
      revokedAt: null,
    });
    expect(await read(next.id)).toMatchObject({ replacesId: old.id, lineageId: old.id, rotatedAt: null });
  });

  it.each([
    ["1 ms before 24 h", OVERLAP_MS - 1, OVERLAP_MS - 1],
    ["at 24 h", OVERLAP_MS, OVERLAP_MS],
    ["1 ms after 24 h", OVERLAP_MS + 1, OVERLAP_MS],
  ])("never extends the old key, with the expiry %s", async (_, expiry, end) => {
    const old = await create("bounded", later(expiry));
    await rotateKey(admin, old.id, NEVER, { now, ...ORIGIN });
    expect((await read(old.id)).graceEndsAt).toEqual(later(end));
    expect((await read(old.id)).expiresAt).toEqual(later(expiry));
  });

  it("gives the new key the old one's original lifetime, counted from now", async () => {
    const old = await create("ninety", later(90 * DAY));
    const at = later(30 * DAY);
    const next = await rotateKey(admin, old.id, { kind: "same" }, { now: at, ...ORIGIN });
    expect(next.expiresAt).toEqual(new Date(at.getTime() + 90 * DAY));
  });

  it("accepts another expiry instead", async () => {
    const old = await create("ninety again", later(90 * DAY));
    expect((await rotateKey(admin, old.id, NEVER, { now, ...ORIGIN })).expiresAt).toBeNull();
  });

  it("is refused for a rotated, revoked or expired key, with the reason", async () => {
    const rotated = await create("rotated");
    await rotateKey(admin, rotated.id, NEVER, { now, ...ORIGIN });
    const revoked = await create("revoked");
    await revokeKey(admin, revoked.id, { now, ...ORIGIN });
    const expired = await create("expired", later(DAY));

    const refusals = await Promise.all([
      refusalOf(rotateKey(admin, rotated.id, NEVER, { now, ...ORIGIN })),
      refusalOf(rotateKey(admin, revoked.id, NEVER, { now, ...ORIGIN })),
      refusalOf(rotateKey(admin, expired.id, NEVER, { now: later(DAY), ...ORIGIN })),
    ]);
    expect(refusals.map((refusal) => refusal.code)).toEqual(["CONFLICT", "CONFLICT", "CONFLICT"]);
    expect(refusals[0].message).toContain("already rotated");
    expect(refusals[1].message).toContain("revoked");
    expect(refusals[2].message).toContain("expired");
    // The same key can still be rotated one millisecond earlier.
    await expect(rotateKey(admin, expired.id, NEVER, { now: later(DAY - 1), ...ORIGIN })).resolves.toMatchObject({
      name: "expired",
    });
  });

  it("lets exactly one of ten concurrent rotations win", async () => {
    const old = await create("contended");
    const attempts = await Promise.allSettled(
      Array.from({ length: 10 }, () => rotateKey(admin, old.id, NEVER, { now, ...ORIGIN })),
    );
    const won = attempts.filter((attempt) => attempt.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const attempt of attempts) {
      if (attempt.status === "rejected") expect(attempt.reason).toMatchObject({ code: "CONFLICT" });
    }
    expect(await prisma().apiKey.count({ where: { tenantId: admin.tenantId, name: "contended" } })).toBe(2);
  });

  it("stays atomic when rotation and revocation race", async () => {
    for (let round = 0; round < 8; round++) {
      const old = await create(`meeting ${String(round)}`);
      const [rotation] = await Promise.allSettled([
        rotateKey(admin, old.id, NEVER, { now, ...ORIGIN }),
        revokeKey(admin, old.id, { now, ...ORIGIN }),
      ]);
      const row = await read(old.id);
      const successors = await prisma().apiKey.count({ where: { replacesId: old.id } });
      expect(row.revokedAt).toEqual(now);
      expect(successors).toBe(rotation.status === "fulfilled" ? 1 : 0);
      expect(row.rotatedAt !== null).toBe(rotation.status === "fulfilled");
    }
  });
});

describe("revokeKey", () => {
  it("revokes a key, records who and when, and reports an already revoked key", async () => {
    const key = await create("leaked");
    expect(await revokeKey(admin, key.id, { now, ...ORIGIN })).toEqual({ revoked: true });
    expect(await read(key.id)).toMatchObject({ revokedAt: now, revokedById: admin.memberId });
    const second = await newMember(admin.tenantId, "Admin", "Second");
    expect(await revokeKey(second, key.id, { now: later(5), ...ORIGIN })).toEqual({ revoked: false });
    expect(await read(key.id)).toMatchObject({ revokedAt: now, revokedById: admin.memberId });
  });

  it("revokes one key of a rotating pair and leaves the other", async () => {
    const old = await create("pair");
    const next = await rotateKey(admin, old.id, NEVER, { now, ...ORIGIN });
    await revokeKey(admin, old.id, { now, ...ORIGIN });
    expect((await read(next.id)).revokedAt).toBeNull();

    const old2 = await create("pair 2");
    const next2 = await rotateKey(admin, old2.id, NEVER, { now, ...ORIGIN });
    await revokeKey(admin, next2.id, { now, ...ORIGIN });
    expect(await read(old2.id)).toMatchObject({ revokedAt: null, graceEndsAt: later(OVERLAP_MS) });
  });

  it("requires the exact typed name", async () => {
    const key = await create("Exact name");
    const refusal = await refusalOf(revokeKey(admin, key.id, { now, ...ORIGIN }, "exact name"));
    expect(refusal).toMatchObject({ code: "UNPROCESSABLE", fields: { typedName: "The name doesn’t match." } });
    expect((await read(key.id)).revokedAt).toBeNull();
    expect(await revokeKey(admin, key.id, { now, ...ORIGIN }, " Exact name ")).toEqual({ revoked: true });
  });
});

describe("another organisation", () => {
  it("gets the same refusal for this organisation's key as for an unknown one, and changes nothing", async () => {
    const key = await create("ours");
    const attempts = [key.id, randomUUID()].map((id) => [
      refusalOf(rotateKey(stranger, id, NEVER, { now, ...ORIGIN })),
      refusalOf(revokeKey(stranger, id, { now, ...ORIGIN })),
      refusalOf(revokeKey(stranger, id, { now, ...ORIGIN }, "ours")),
    ]);
    for (const refusal of (await Promise.all(attempts.map((group) => Promise.all(group)))).flat()) {
      expect(refusal).toMatchObject({ code: "NOT_FOUND", message: "API key not found." });
    }
    expect(await read(key.id)).toMatchObject({ rotatedAt: null, revokedAt: null });
  });

  it("can't be written into a key in the database either", async () => {
    const key = await create("tied");
    const foreign = { where: { id: key.id }, data: { revokedAt: now, revokedById: stranger.memberId } };
    await expect(prisma().apiKey.update(foreign)).rejects.toThrow(/foreign key/i);
  });
});
