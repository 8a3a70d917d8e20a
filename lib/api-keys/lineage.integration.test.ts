import { randomBytes, randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { readLineage } from "@/lib/api-keys/lineage";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { databaseNow, prisma } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

let admin: MemberActor;
let now: Date;

beforeAll(async () => {
  admin = await newOrganisation("Admin", "Grace");
  now = await databaseNow();
});

const later = (ms: number) => ({ now: new Date(now.getTime() + ms), ...newOrigin() });
const create = (name: string) => createKey(admin, { name, expiry: { kind: "never" } }, later(0));

/** A lineage as long as `length`, its keys a minute apart, beside what rotations would write. */
async function longLineage(length: number): Promise<string[]> {
  const ids = Array.from({ length }, () => randomUUID());
  const [first = ""] = ids;
  const created = (n: number) => new Date(now.getTime() - (length - n) * 60_000);
  await prisma().apiKey.createMany({
    data: ids.map((id, n) => ({
      id,
      tenantId: admin.tenantId,
      name: "Long",
      environment: "test",
      last4: String(n).padStart(4, "0"),
      hash: randomBytes(32),
      createdAt: created(n),
      createdById: admin.memberId,
      lineageId: first,
      replacesId: ids[n - 1] ?? null,
      ...(n < length - 1 && { rotatedAt: created(n + 1), rotatedById: admin.memberId, graceEndsAt: created(n + 1) }),
    })),
  });
  return ids;
}

describe("a key's lineage", () => {
  it("is the key alone before a rotation", async () => {
    const { id } = await create("Alone");
    const { key, lineage, leftOut } = await readLineage(admin, id, now);
    expect(key).toMatchObject({ id, name: "Alone", status: "active", createdBy: "Grace", rotatedAt: null });
    expect(lineage).toEqual([key]);
    expect(leftOut).toEqual({ older: 0, newer: 0 });
  });

  it("lists every key oldest first, from each of them, with statuses and who rotated when", async () => {
    const other = await newMember(admin.tenantId, "Admin", "Linus");
    const first = await create("Thrice");
    const second = await rotateKey(admin, first.id, { kind: "same" }, later(10));
    const third = await rotateKey(other, second.id, { kind: "same" }, later(20));
    await revokeKey(admin, first.id, later(30));
    await create("Not in the lineage");
    const at = later(40).now;
    for (const { id } of [first, second, third]) {
      const { key, lineage } = await readLineage(admin, id.toUpperCase(), at);
      expect(key.id).toBe(id);
      expect(lineage).toMatchObject([
        { id: first.id, status: "revoked", rotatedBy: "Grace", rotatedAt: later(10).now, revokedBy: "Grace" },
        { id: second.id, status: "rotating", rotatedBy: "Linus", rotatedAt: later(20).now },
        { id: third.id, status: "active", rotatedBy: null, rotatedAt: null, createdBy: "Linus" },
      ]);
      expect(lineage.map(({ display }) => display.slice(-4))).toEqual(
        [first, second, third].map((issued) => issued.key.slice(-4)),
      );
    }
  });

  it("leaves out what is farther than 25 keys away, and says how much", async () => {
    const ids = await longLineage(100);
    for (const [at, older, newer] of [
      [0, 0, 74],
      [50, 25, 24],
      [99, 74, 0],
    ] as const) {
      const { key, lineage, leftOut } = await readLineage(admin, ids[at] ?? "", now);
      expect(key.id).toBe(ids[at]);
      expect(leftOut).toEqual({ older, newer });
      expect(lineage.map(({ id }) => id)).toEqual(ids.slice(older, 100 - newer));
    }
  });

  it("is not found for a malformed or unknown id or another organisation's key, and only an admin may read it", async () => {
    const { id } = await create("Ours");
    for (const [actor, wanted, code] of [
      [admin, "nonsense", "NOT_FOUND"],
      [admin, randomUUID(), "NOT_FOUND"],
      [await newOrganisation(), id, "NOT_FOUND"],
      [await newMember(admin.tenantId, "User", "Una"), id, "FORBIDDEN"],
    ] as const) {
      await expect(readLineage(actor, wanted, now)).rejects.toMatchObject({ code });
    }
  });
});
