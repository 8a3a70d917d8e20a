import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { createAgent } from "@/lib/agents/service";
import { rotateKey } from "@/lib/api-keys/service";
import { databaseNow } from "@/lib/db/client";
import { removeMember } from "@/lib/members/service";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";
import { makeKey } from "@/tests/support/public-api";

import { searchEverything } from "./search";

let now: Date;
let admin: MemberActor;
const ORIGIN = newOrigin();
const later = (ms: number) => new Date(now.getTime() + ms);
const search = (actor: MemberActor, query: Record<string, string>) =>
  searchEverything(actor, new URLSearchParams(query), now);

beforeAll(async () => {
  now = await databaseNow();
  admin = await newOrganisation("Admin", "Bill Admin");
  await makeKey(admin, { name: "Billing, revoked", createdAt: now, revokedAt: now });
  await makeKey(admin, { name: "Billing, expired", createdAt: later(-2), expiresAt: later(-1) });
  await makeKey(admin, { name: "Billing export", createdAt: later(-3), last4: "Zz9x" });
  const { id } = await makeKey(admin, { name: "Billing, rotated", createdAt: later(-4) });
  await rotateKey(admin, id, { kind: "never" }, { now, ...ORIGIN });
  await createAgent(admin, { name: "Agent for bills", trigger_type: "NONE", actions: [] }, { now, ...ORIGIN });
  const gone = await newMember(admin.tenantId, "User", "Abill Gone");
  await removeMember(admin, gone.memberId, { now, ...ORIGIN });
});

describe("searchEverything", () => {
  it("finds keys, agents and members by a part of their name, what works first", async () => {
    const { keys, agents, members } = await search(admin, { q: " BILL " });
    expect(keys.map(({ name, status }) => [name, status])).toEqual([
      ["Billing, rotated", "active"],
      ["Billing, expired", "expired"],
      ["Billing export", "active"],
      ["Billing, rotated", "rotating"],
      ["Billing, revoked", "revoked"],
    ]);
    expect(agents.map(({ name }) => name)).toEqual(["Agent for bills"]);
    expect(members).toEqual([
      { name: "Bill Admin", email: "someone@example.com", role: "Admin", status: "active" },
      { name: "Abill Gone", email: "someone@example.com", role: "User", status: "removed" },
    ]);
  });

  it("sends no hash, and of a key only its last characters", async () => {
    const { keys } = await search(admin, { q: "neo_sk_test_…Zz9x" });
    expect(keys).toEqual([
      { id: expect.any(String) as string, name: "Billing export", display: "neo_sk_test_…Zz9x", status: "active" },
    ]);
  });

  it("finds only keys that can be rotated and revoked, where these are wanted", async () => {
    const found = await search(admin, { q: "bill", current: "" });
    expect(found.keys.map(({ name, status }) => [name, status])).toEqual([
      ["Billing, rotated", "active"],
      ["Billing export", "active"],
    ]);
    expect(found).toMatchObject({ agents: [], members: [] });
  });

  it.each(["User", "Viewer"] as const)("finds only agents for a %s", async (role) => {
    const found = await search(await newMember(admin.tenantId, role, "Nobody"), { q: "bill" });
    expect(found).toMatchObject({ keys: [], members: [] });
    expect(found.agents).toHaveLength(1);
  });

  it("finds nothing of another organisation", async () => {
    const stranger = await newOrganisation("Admin", "Somebody Else");
    expect(await search(stranger, { q: "bill" })).toEqual({ keys: [], agents: [], members: [] });
  });

  it.each(["", "b", " b ", "\0\0\0b"])("doesn't search for %j", async (q) => {
    expect(await search(admin, { q })).toEqual({ keys: [], agents: [], members: [] });
  });

  it("takes wildcards literally", async () => {
    expect(await search(admin, { q: "b%l" })).toEqual({ keys: [], agents: [], members: [] });
  });

  it("returns at most five of a kind", async () => {
    const many = await newOrganisation("Admin", "Alone");
    for (let n = 0; n < 7; n++) {
      await makeKey(many, { name: `Many ${String(n)}` });
      await newMember(many.tenantId, "Viewer", `Many ${String(n)}`);
      await createAgent(many, { name: `Many ${String(n)}`, trigger_type: "NONE", actions: [] }, { now, ...ORIGIN });
    }
    const found = await search(many, { q: "many" });
    expect(Object.values(found).map((list: readonly unknown[]) => list.length)).toEqual([5, 5, 5]);
  });
});
