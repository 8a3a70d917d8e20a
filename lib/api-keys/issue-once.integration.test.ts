import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it, vi } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { issueOnce } from "@/lib/api-keys/issue-once";
import { replaceLostKey } from "@/lib/api-keys/lost-key";
import { createKey, rotateKey } from "@/lib/api-keys/service";
import { newOrganisation, newOrigin } from "@/tests/support/people";

const ORIGIN = newOrigin();
const NEVER = { kind: "never" } as const;

let admin: MemberActor;
let now: Date;

beforeAll(async () => {
  admin = await newOrganisation();
  now = await databaseNow();
});

const create = (attempt: string | undefined, name: string, actor = admin) =>
  issueOnce(actor, attempt, now, (alongside) =>
    createKey(actor, { name, expiry: NEVER }, { now, ...ORIGIN }, alongside),
  );
const rotate = (attempt: string, keyId: string) =>
  issueOnce(admin, attempt, now, (alongside) => rotateKey(admin, keyId, NEVER, { now, ...ORIGIN }, alongside));
const replace = (attempt: string, keyId: string) =>
  issueOnce(admin, attempt, now, (alongside) => replaceLostKey(admin, keyId, NEVER, { now, ...ORIGIN }, alongside));
const named = (name: string) =>
  prisma().apiKey.findMany({ where: { name, tenantId: admin.tenantId }, orderBy: { id: "asc" } });

/** The key issued by the first try. */
async function issued<Key>(trying: Promise<{ issued: Key } | { lost: unknown }>): Promise<Key> {
  const result = await trying;
  if (!("issued" in result)) throw new Error("expected an issued key");
  return result.issued;
}

describe("issueOnce", () => {
  it("creates one key for all tries of an attempt, even with different values, and returns it without its plaintext", async () => {
    const attempt = randomUUID();
    const key = await issued(create(attempt, "Lost answer"));
    for (const name of ["Lost answer", "Another name"]) {
      const again = await create(attempt, name);
      expect(again).toMatchObject({ lost: { id: key.id, name: "Lost answer", oldKeyWorksUntil: null } });
      expect(JSON.stringify(again)).not.toContain(key.key);
    }
    expect(await named("Lost answer")).toHaveLength(1);
    expect(await named("Another name")).toHaveLength(0);
  });

  it("creates one key when both tries arrive at the same time", async () => {
    const attempt = randomUUID();
    const tries = await Promise.allSettled([create(attempt, "Twice"), create(attempt, "Twice")]);
    expect(tries.filter((one) => one.status === "fulfilled" && "issued" in one.value)).toHaveLength(1);
    expect(await named("Twice")).toHaveLength(1);
  });

  it("allows a retry of a refused attempt", async () => {
    const attempt = randomUUID();
    const past = { kind: "at", at: "2001-01-01T00:00:00Z" } as const;
    await expect(
      issueOnce(admin, attempt, now, (alongside) =>
        createKey(admin, { name: "Corrected", expiry: past }, { now, ...ORIGIN }, alongside),
      ),
    ).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    await issued(create(attempt, "Corrected"));
  });

  it("keeps two members' attempts separate", async () => {
    const attempt = randomUUID();
    const stranger = await newOrganisation("Admin", "Stranger");
    await issued(create(attempt, "Mine"));
    await issued(create(attempt, "Mine", stranger));
  });

  it("reports the rotation instead of refusing the second try as already rotated", async () => {
    const key = await issued(create(undefined, "Rotated"));
    const attempt = randomUUID();
    const { oldKeyWorksUntil, ...successor } = await issued(rotate(attempt, key.id));
    expect(await rotate(attempt, key.id)).toMatchObject({ lost: { id: successor.id, oldKeyWorksUntil } });
    expect(await named("Rotated")).toHaveLength(2);
  });
});

describe("replaceLostKey", () => {
  it("replaces and revokes the lost key, and keeps the overlap of the key in use", async () => {
    const key = await issued(create(undefined, "Replaced"));
    const { oldKeyWorksUntil, ...lost } = await issued(rotate(randomUUID(), key.id));
    const attempt = randomUUID();
    const replacement = await issued(replace(attempt, lost.id));
    expect(replacement.oldKeyWorksUntil).toEqual(oldKeyWorksUntil);
    const rows = await named("Replaced");
    expect(rows.map(({ id, revokedAt, lineageId }) => [id, revokedAt !== null, lineageId])).toEqual([
      [key.id, false, key.id],
      [lost.id, true, key.id],
      [replacement.id, false, key.id],
    ]);
    // Its response can be lost too.
    expect(await replace(attempt, lost.id)).toMatchObject({ lost: { id: replacement.id, oldKeyWorksUntil } });
    const second = await issued(replace(randomUUID(), replacement.id));
    expect(second.oldKeyWorksUntil).toEqual(oldKeyWorksUntil);
  });

  it("looks up the key once", async () => {
    const key = await issued(create(undefined, "Looked up"));
    const lookups = vi.spyOn(prisma().apiKey, "findUnique");
    await replaceLostKey(admin, key.id, NEVER, { now, ...ORIGIN });
    expect(lookups).toHaveBeenCalledTimes(1);
    lookups.mockRestore();
  });

  it("is refused for anyone but an admin", async () => {
    const user: MemberActor = { ...admin, role: "User" };
    await expect(replaceLostKey(user, randomUUID(), NEVER, { now, ...ORIGIN })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("leaves no successor when the revocation is rolled back", async () => {
    const key = await issued(create(undefined, "Undone"));
    await expect(
      replaceLostKey(admin, key.id, NEVER, { now, ...ORIGIN }, () => Promise.reject(new Error("no"))),
    ).rejects.toThrow("no");
    expect(await named("Undone")).toMatchObject([{ id: key.id, revokedAt: null, rotatedAt: null }]);
  });
});
