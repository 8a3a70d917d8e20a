import { randomUUID } from "node:crypto";

import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { countAuditEvents } from "@/lib/audit-log/count";
import { type AuditFilters, listAuditEvents } from "@/lib/audit-log/list";
import { recordAudits } from "@/lib/audit-log/record";
import { databaseNow, prisma } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

const UNREAD = { rows: 0, isAll: false };

let admin: MemberActor;
let now: Date;
const later = (ms: number) => new Date(now.getTime() + ms);

/** Thirty events, a millisecond apart: every third one about a key named "Third", the others about an agent named "Other". */
beforeAll(async () => {
  admin = await newOrganisation();
  now = await databaseNow();
  for (let n = 0; n < 30; n++) {
    const [action, name] =
      n % 3 === 0 ? (["api_key.created", "Third"] as const) : (["agent.created", "Other"] as const);
    const entry = { action, target: { id: randomUUID(), name } };
    await prisma().$transaction((tx) => recordAudits(tx, admin, [entry], { now: later(n), ...newOrigin() }));
  }
});

describe("countAuditEvents", () => {
  it.each<[string, () => AuditFilters]>([
    ["none", () => ({})],
    ["an action", () => ({ action: "api_key.created" })],
    ["an actor", () => ({ actor: admin.memberId })],
    ["a kind of target", () => ({ target: "agent" })],
    ["a search", () => ({ q: "third" })],
    ["a time", () => ({ from: later(5), to: later(9) })],
    ["several", () => ({ q: "other", target: "agent", from: later(5), to: later(9) })],
    ["one that nothing matches", () => ({ q: "nothing has this" })],
  ])("counts as many events as the list has, with this filter: %s", async (_, filters) => {
    const { rows } = await listAuditEvents(admin, filters(), { size: 100 });
    const total = { count: rows.length, precision: "exact" };
    expect(await countAuditEvents(admin, filters(), UNREAD)).toEqual(total);
    // Exactly as many as are read and counted.
    const limits = { counted: Math.max(1, rows.length), searched: 30 };
    expect(await countAuditEvents(admin, filters(), UNREAD, limits)).toEqual(total);
  });

  it("stops where there are more than it counts", async () => {
    const limits = { counted: 9, searched: 30 };
    for (const filters of [{}, { q: "Third" }])
      expect(await countAuditEvents(admin, filters, UNREAD, limits)).toEqual({ count: 9, precision: "more" });
  });

  it("searches only the newest events where no index finds those that match", async () => {
    const limits = { counted: 100, searched: 15 };
    const searched = await countAuditEvents(admin, { q: "Third" }, UNREAD, limits);
    expect(searched).toEqual({ count: 5, precision: "least" });
    // At least as many as the page shows.
    const known = { rows: 7, isAll: false };
    expect(await countAuditEvents(admin, { target: "api_key" }, known, limits)).toEqual({ ...searched, count: 7 });
    expect(await countAuditEvents(admin, { action: "api_key.created" }, UNREAD, limits)).toEqual({
      count: 10,
      precision: "exact",
    });
  });

  it("counts nothing where all that match were read", async () => {
    const limits = { counted: 1, searched: 1 };
    const total = await countAuditEvents(admin, { q: "Third" }, { rows: 10, isAll: true }, limits);
    expect(total).toEqual({ count: 10, precision: "exact" });
  });

  it("counts only the organisation's own events, for its admins", async () => {
    const stranger = await newOrganisation();
    expect(await countAuditEvents(stranger, { actor: admin.memberId }, UNREAD)).toEqual({
      count: 0,
      precision: "exact",
    });
    const user = await newMember(admin.tenantId, "User", "Uma");
    await expect(countAuditEvents(user, {}, UNREAD)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
