import { beforeAll, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { readNetworkUse } from "@/lib/api-keys/network-use";
import { rotateKey } from "@/lib/api-keys/service";
import { databaseNow, prisma } from "@/lib/db/client";
import { newOrganisation, newOrigin } from "@/tests/support/people";
import { makeKey } from "@/tests/support/public-api";

let admin: MemberActor;
let now: Date;

beforeAll(async () => {
  admin = await newOrganisation();
  now = await databaseNow();
});

const today = () => Math.floor(now.getTime() / 86_400_000);
const seen = (keyId: string, value: string, daysAgo = 0, kind = "address") =>
  prisma().keyUsageCaller.create({
    data: { tenantId: admin.tenantId, keyId, day: today() - daysAgo, kind, value, calls: 3n, lastSeen: now },
  });

it("suggests networks from where all keys of the rotations were let in, in the last 30 days", async () => {
  const { id } = await makeKey(admin);
  const next = await rotateKey(admin, id, { kind: "same" }, { now, ...newOrigin() });
  const { id: stranger } = await makeKey(admin);
  await seen(id, "192.0.2.7");
  await seen(id, "192.0.2.7", 3);
  await seen(next.id, "198.51.100.9", 29);
  await seen(next.id, "203.0.113.1", 30);
  await seen(next.id, "203.0.113.2", 0, "denied");
  await seen(stranger, "203.0.113.3");
  const use = await readNetworkUse(admin, next.id, "", now);
  expect(use).toEqual({
    ...{ days: 30, recorded: "full", addresses: 2, hasMore: false, outside: 2, outsideThen: 0 },
    suggestion: ["192.0.2.7/32", "198.51.100.9/32"],
  });
});

it("suggests only what the typed networks lack, and counts what they leave out", async () => {
  const { id } = await makeKey(admin);
  for (const value of ["192.0.2.7", "198.51.100.9"]) await seen(id, value);
  const use = await readNetworkUse(admin, id, "192.0.2.0/24", now);
  expect(use).toMatchObject({ addresses: 2, outside: 1, suggestion: ["198.51.100.9/32"], outsideThen: 0 });
  expect(await readNetworkUse(admin, id, "nonsense", now)).toMatchObject({ outside: null, suggestion: [] });
});

it("says when there were more addresses than are recorded", async () => {
  const { id } = await makeKey(admin);
  for (const value of ["192.0.2.7", "other"]) await seen(id, value);
  expect(await readNetworkUse(admin, id, "", now)).toMatchObject({ addresses: 1, hasMore: true });
});

it("is for admins of the key's organisation", async () => {
  const { id } = await makeKey(admin);
  await expect(readNetworkUse(await newOrganisation(), id, "", now)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(readNetworkUse(await newOrganisation("User"), id, "", now)).rejects.toMatchObject({ code: "FORBIDDEN" });
});
