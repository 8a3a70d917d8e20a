import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

import { inviteMember } from "./invitations";
import { listMembers, type MemberRow } from "./list";
import { loadMemberListUrl } from "./list-url";
import { removeMember } from "./service";
import { INVITATION_MS, MEMBER_STATUSES, memberStatus } from "./status";

const ALL = loadMemberListUrl({});
const names = (page: { readonly rows: readonly MemberRow[] }) => page.rows.map(({ name }) => name);

let now: Date;
let admin: MemberActor;
beforeAll(async () => {
  now = await databaseNow();
  admin = await newOrganisation("Admin", "ada Admin");
  const bob = await newMember(admin.tenantId, "User", "Bob 50%_off");
  const cleo = await newMember(admin.tenantId, "Viewer", "Cleo");
  await removeMember(admin, cleo.memberId, { now, ...newOrigin() });
  await inviteMember(admin, { name: "Dora", email: "dora@mail.example", role: "Admin" }, { now, ...newOrigin() });
  const earlier = new Date(now.getTime() - 60_000);
  await prisma().member.update({ where: { id: admin.memberId }, data: { email: "Z@example.com", lastActiveAt: now } });
  await prisma().member.update({ where: { id: bob.memberId }, data: { email: null, lastActiveAt: earlier } });
});

describe("the list of members", () => {
  it("shows each member's name, role, status and last activity", async () => {
    const page = await listMembers(admin, ALL, now);
    expect(names(page)).toEqual(["ada Admin", "Bob 50%_off", "Cleo", "Dora"]);
    expect(page).toMatchObject({ total: 4, page: 1, hasNext: false });
    expect(page.rows[0]).toMatchObject({ email: "Z@example.com", role: "Admin", status: "active", lastActiveAt: now });
    expect(page.rows[2]).toMatchObject({ status: "removed", removedAt: now, removedBy: "ada Admin" });
    expect(page.rows[3]).toMatchObject({
      oid: null,
      role: "Admin",
      status: "invited",
      lastActiveAt: null,
      needsLink: true,
      linkExpiresAt: new Date(now.getTime() + INVITATION_MS),
    });
    const late = await listMembers(admin, ALL, new Date(now.getTime() + INVITATION_MS));
    expect(late.rows[3]).toMatchObject({ status: "invited", needsLink: true, linkExpiresAt: null });
    expect(JSON.stringify(page)).not.toContain("token");
  });

  it.each([
    ["name", "desc", ["Dora", "Cleo", "Bob 50%_off", "ada Admin"]],
    ["email", "asc", ["Bob 50%_off", "Dora", "Cleo", "ada Admin"]],
    ["email", "desc", ["ada Admin", "Cleo", "Dora", "Bob 50%_off"]],
    ["role", "asc", ["ada Admin", "Dora", "Bob 50%_off", "Cleo"]],
    ["role", "desc", ["Cleo", "Bob 50%_off", "ada Admin", "Dora"]],
    ["active", "desc", ["ada Admin", "Bob 50%_off", "Cleo", "Dora"]],
    ["active", "asc", ["Cleo", "Dora", "Bob 50%_off", "ada Admin"]],
  ] as const)("sorts by %s %s", async (sort, dir, expected) => {
    expect(names(await listMembers(admin, { ...ALL, sort, dir }, now))).toEqual(expected);
  });

  it.each([
    ["ADA", ["ada Admin"]],
    ["z@EXAMPLE", ["ada Admin"]],
    ["@mail.example", ["Dora"]],
    ["%", ["Bob 50%_off"]],
    ["_", ["Bob 50%_off"]],
    ["\\", []],
    ["' or 1=1 --", []],
  ])("matches %j literally", async (q, expected) => {
    expect(names(await listMembers(admin, { ...ALL, q }, now))).toEqual(expected);
  });

  it("filters by role and by the displayed status, also combined", async () => {
    const everybody = (await listMembers(admin, ALL, now)).rows;
    const rows = await prisma().member.findMany({ where: { tenantId: admin.tenantId } });
    for (const status of MEMBER_STATUSES) {
      const found = (await listMembers(admin, { ...ALL, status }, now)).rows;
      expect(found.map(({ id }) => id).sort()).toEqual(
        rows
          .filter((row) => memberStatus(row) === status)
          .map(({ id }) => id)
          .sort(),
      );
      expect(found.every((row) => row.status === status)).toBe(true);
    }
    for (const role of ["Admin", "User", "Viewer"] as const)
      expect(names(await listMembers(admin, { ...ALL, role }, now))).toEqual(
        everybody.filter((row) => row.role === role).map(({ name }) => name),
      );
    expect(names(await listMembers(admin, { ...ALL, role: "Admin", status: "invited" }, now))).toEqual(["Dora"]);
  });

  it("differs per organisation, and is refused for anyone but admins", async () => {
    const stranger = await newOrganisation("Admin", "Stranger");
    expect(names(await listMembers(stranger, ALL, now))).toEqual(["Stranger"]);
    for (const role of ["User", "Viewer"] as const)
      await expect(listMembers(await newMember(admin.tenantId, role, "x"), ALL, now)).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
  });

  it("has pages of 50, each member once, and clamps a page past the end", async () => {
    const big = await newOrganisation();
    const data = Array.from({ length: 120 }, () => ({
      id: randomUUID(),
      tenantId: big.tenantId,
      oid: randomUUID(),
      name: "Same",
      role: "User" as const,
    }));
    await prisma().member.createMany({ data });
    const pages = await Promise.all([1, 2, 3].map((page) => listMembers(big, { ...ALL, page }, now)));
    expect(pages.map(({ rows }) => rows.length)).toEqual([50, 50, 21]);
    expect(new Set(pages.flatMap(({ rows }) => rows.map(({ id }) => id))).size).toBe(121);
    expect(await listMembers(big, { ...ALL, page: 1e12 }, now)).toMatchObject({ page: 3, hasNext: false, total: 121 });
    expect(await listMembers(big, { ...ALL, page: -1 }, now)).toMatchObject({ page: 1, hasNext: true });
  });
});
