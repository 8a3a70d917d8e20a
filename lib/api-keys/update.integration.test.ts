import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { isNameTaken, updateKey } from "@/lib/api-keys/update";
import { databaseNow, prisma } from "@/lib/db/client";
import { removeMember } from "@/lib/members/service";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";
import { makeKey } from "@/tests/support/public-api";

const ORIGIN = newOrigin();
const NEVER = { kind: "never" } as const;

let admin: MemberActor;
let now: Date;

beforeAll(async () => {
  admin = await newOrganisation();
  now = await databaseNow();
});

const context = () => ({ now, ...ORIGIN });
const create = (name: string) => createKey(admin, { name, expiry: NEVER }, context());
const read = (id: string) => prisma().apiKey.findUniqueOrThrow({ where: { id } });
const lastEvent = () =>
  prisma().auditEvent.findFirstOrThrow({ where: { tenantId: admin.tenantId }, orderBy: { seq: "desc" } });

describe("createKey", () => {
  it("gives the key an owner and a note, which its rotations keep", async () => {
    const owner = { member_id: admin.memberId };
    const made = await createKey(admin, { name: "Described", expiry: NEVER, owner, note: "Nightly." }, context());
    const described = { ownerId: admin.memberId, ownerEmail: null, note: "Nightly." };
    expect(await read(made.id)).toMatchObject(described);
    const { id } = await rotateKey(admin, made.id, NEVER, context());
    expect(await read(id)).toMatchObject(described);
  });

  it("makes no key for an owner who is no member here", async () => {
    const stranger = await newOrganisation();
    const before = await prisma().apiKey.count({ where: { tenantId: admin.tenantId } });
    const refused = createKey(
      admin,
      { name: "Refused", expiry: NEVER, owner: { member_id: stranger.memberId } },
      context(),
    );
    await expect(refused).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      fields: { owner: "Choose a member of your organisation." },
    });
    expect(await prisma().apiKey.count({ where: { tenantId: admin.tenantId } })).toBe(before);
  });
});

describe("updateKey", () => {
  it("changes what is given, for every key of the rotation, and records what was there before", async () => {
    const old = await create("Export");
    await updateKey(admin, old.id, { note: "Runs nightly.", owner: { email: "team@example.com" } }, context());
    const successor = await rotateKey(admin, old.id, NEVER, context());
    expect(await read(successor.id)).toMatchObject({ note: "Runs nightly.", ownerEmail: "team@example.com" });
    await updateKey(admin, successor.id, { name: "Billing export", note: null }, context());
    for (const id of [old.id, successor.id])
      expect(await read(id)).toMatchObject({ name: "Billing export", note: null, ownerEmail: "team@example.com" });
    expect(await lastEvent()).toMatchObject({
      action: "api_key.updated",
      targetId: successor.id,
      targetName: "Billing export",
      details: { changed: ["name", "note"], old_name: "Export", old_note: "Runs nightly." },
    });
  });

  it("writes nothing where nothing changes", async () => {
    const { id } = await create("Same");
    await updateKey(admin, id, { note: "One" }, context());
    const { seq } = await lastEvent();
    await updateKey(admin, id, { name: "Same", note: "One", owner: null }, context());
    expect((await lastEvent()).seq).toBe(seq);
  });

  it("takes a member by id, and the address of exactly one member as that member", async () => {
    const ada = await newMember(admin.tenantId, "User", "Ada");
    await prisma().member.update({ where: { id: ada.memberId }, data: { email: "Ada_1@Example.com" } });
    const { id } = await create("Owned");
    await updateKey(admin, id, { owner: { email: "ada_1@example.com" } }, context());
    expect(await read(id)).toMatchObject({ ownerId: ada.memberId, ownerEmail: null });
    await updateKey(admin, id, { owner: { email: "adaX1@example.com" } }, context());
    expect(await read(id)).toMatchObject({ ownerId: null, ownerEmail: "adaX1@example.com" });
    await updateKey(admin, id, { owner: { member_id: ada.memberId.toUpperCase() } }, context());
    expect(await read(id)).toMatchObject({ ownerId: ada.memberId, ownerEmail: null });
    // Two with one address: it stays a mailbox.
    const twin = await newMember(admin.tenantId, "User", "Twin");
    await prisma().member.update({ where: { id: twin.memberId }, data: { email: "ada_1@example.com" } });
    await updateKey(admin, id, { owner: { email: "ada_1@example.com" } }, context());
    expect(await read(id)).toMatchObject({ ownerId: null, ownerEmail: "ada_1@example.com" });
  });

  it("refuses somebody who is no member here, or no longer", async () => {
    const { id } = await create("Refused");
    const gone = await newMember(admin.tenantId, "User", "Gone");
    await removeMember(admin, gone.memberId, context());
    const stranger = await newOrganisation("Admin", "Stranger");
    for (const member_id of [gone.memberId, stranger.memberId, randomUUID()])
      await expect(updateKey(admin, id, { owner: { member_id } }, context())).rejects.toMatchObject({
        code: "UNPROCESSABLE",
        fields: { owner: "Choose a member of your organisation." },
      });
    expect(await read(id)).toMatchObject({ ownerId: null });
  });

  it("is for admins of the organisation", async () => {
    const { id } = await create("Ours");
    const stranger = await newOrganisation("Admin", "Stranger");
    const user = await newMember(admin.tenantId, "User", "User");
    await expect(updateKey(stranger, id, { note: "x" }, context())).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(updateKey(user, id, { note: "x" }, context())).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(isNameTaken(stranger, "Ours", id, now)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(isNameTaken(user, "Ours", undefined, now)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await read(id)).toMatchObject({ note: null });
  });

  it("a rotation at the same time leaves no key with old values", async () => {
    for (let n = 0; n < 10; n++) {
      const old = await create(`Racing ${n}`);
      const [{ id }] = await Promise.all([
        rotateKey(admin, old.id, NEVER, context()),
        updateKey(admin, old.id, { name: `Renamed ${n}` }, context()),
      ]);
      expect([(await read(old.id)).name, (await read(id)).name]).toEqual([`Renamed ${n}`, `Renamed ${n}`]);
    }
  });
});

describe("a limit", () => {
  it("is not lost to two rotations at the same time", async () => {
    // Without the lock of the chain, 6 of 150 rounds left the newest key without its limit.
    for (let n = 0; n < 60; n++) {
      const { id } = await create(`Limited ${n}`);
      await Promise.all([
        rotateKey(admin, id, NEVER, context()).then((next) => rotateKey(admin, next.id, NEVER, context())),
        setTimeout(Math.random() * 12).then(() => updateKey(admin, id, { readOnly: true }, context())),
      ]);
      const chain = await prisma().apiKey.findMany({ where: { lineageId: id }, select: { readOnly: true } });
      expect(chain).toEqual([{ readOnly: true }, { readOnly: true }, { readOnly: true }]);
    }
  });
});

describe("isNameTaken", () => {
  it("knows the names of other working keys, in upper or lower case", async () => {
    const { id } = await create("Night_Sync");
    expect(await isNameTaken(admin, "night_sync", undefined, now)).toBe(true);
    expect(await isNameTaken(admin, "nightXsync", undefined, now)).toBe(false);
    expect(await isNameTaken(await newOrganisation("Admin", "Other"), "Night_Sync", undefined, now)).toBe(false);
    // Its own rotations don't count, nor does a key that no longer works.
    const { id: successor } = await rotateKey(admin, id, NEVER, context());
    expect(await isNameTaken(admin, "Night_Sync", successor, now)).toBe(false);
    await revokeKey(admin, id, context());
    await revokeKey(admin, successor, context());
    expect(await isNameTaken(admin, "Night_Sync", undefined, now)).toBe(false);
    await makeKey(admin, { name: "Night_Sync", expiresAt: new Date(now.getTime() - 1) });
    expect(await isNameTaken(admin, "Night_Sync", undefined, now)).toBe(false);
  });
});
