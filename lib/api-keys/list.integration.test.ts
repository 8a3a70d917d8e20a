import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { listKeys, type KeyGroup } from "@/lib/api-keys/list";
import { loadKeyListUrl } from "@/lib/api-keys/list-url";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { OVERLAP_MS } from "@/lib/api-keys/rotation-overlap";
import { EXPIRING_SOON_MS, KEY_STATUSES, keyRefusal, keyStatus } from "@/lib/api-keys/status";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

const DAY = 86_400_000;
const ORIGIN = newOrigin();
const NEVER = { kind: "never" } as const;
const ALL = loadKeyListUrl({});

/** Columns the database generates. */
const GENERATED = { nameSort: true, endsAt: true } as const;

let now: Date;
beforeAll(async () => {
  now = await databaseNow();
});

const later = (ms: number) => new Date(now.getTime() + ms);
const names = (page: { readonly groups: readonly KeyGroup[] }) => page.groups.map((group) => group.name);
const create = (actor: MemberActor, name: string, expiresAt: Date | null = null, at = now) =>
  createKey(
    actor,
    { name, expiry: expiresAt ? { kind: "at", at: expiresAt.toISOString() } : NEVER },
    { now: at, ...ORIGIN },
  );

describe("one organisation's list", () => {
  let admin: MemberActor;
  beforeAll(async () => {
    admin = await newOrganisation();
    await create(admin, "Alpha", null, later(1));
    await create(admin, "beta 50%_off", later(30 * DAY), later(2));
    await create(admin, "Gamma", later(2 * DAY), later(3));
  });

  it("lists the newest first, with its creator and without a secret", async () => {
    const page = await listKeys(admin, ALL, later(10));
    expect(names(page)).toEqual(["Gamma", "beta 50%_off", "Alpha"]);
    expect(page).toMatchObject({ total: 3, page: 1, hasNext: false, any: true });
    expect(page.groups[0]).toMatchObject({ createdBy: "Ada Admin", status: "expiring", endsAt: later(2 * DAY) });
    expect(page.groups[0]?.display).toMatch(/^neo_sk_test_…[A-Za-z0-9]{4}$/);
    expect(JSON.stringify(page)).not.toContain("hash");
  });

  it.each([
    ["name", "asc", ["Alpha", "beta 50%_off", "Gamma"]],
    ["name", "desc", ["Gamma", "beta 50%_off", "Alpha"]],
    ["expires", "asc", ["Gamma", "beta 50%_off", "Alpha"]],
    ["expires", "desc", ["Alpha", "beta 50%_off", "Gamma"]],
    ["created", "asc", ["Alpha", "beta 50%_off", "Gamma"]],
  ] as const)("sorts by %s %s", async (sort, dir, expected) => {
    expect(names(await listKeys(admin, { ...ALL, sort, dir }, later(10)))).toEqual(expected);
  });

  it("sorts a never-used key first by last use", async () => {
    const used = await prisma().apiKey.findFirstOrThrow({ where: { tenantId: admin.tenantId, name: "Gamma" } });
    await prisma().apiKey.update({ where: { id: used.id }, data: { lastUsedAt: later(5) } });
    const page = await listKeys(admin, { ...ALL, sort: "used", dir: "desc" }, later(10));
    expect(names(page)[0]).toBe("Gamma");
    expect(names(await listKeys(admin, { ...ALL, sort: "used", dir: "asc" }, later(10)))[2]).toBe("Gamma");
  });

  it.each([
    ["ALPHA", ["Alpha"]],
    ["  gam ", ["Gamma"]],
    ["50%", ["beta 50%_off"]],
    ["%", ["beta 50%_off"]],
    ["_off", ["beta 50%_off"]],
    ["_", ["beta 50%_off"]],
    ["\\", []],
    ["nothing like it", []],
    ["' or 1=1 --", []],
  ])("matches %j literally", async (q, expected) => {
    const page = await listKeys(admin, { ...ALL, q }, later(10));
    expect(names(page)).toEqual(expected);
    expect(page.any).toBe(true);
  });

  it("finds a key by its last four characters, alone or as displayed", async () => {
    const [first] = (await listKeys(admin, ALL, later(10))).groups;
    if (!first) throw new Error("no key");
    for (const search of [first.display, first.display.slice(-4), first.display.slice(-5)]) {
      expect(names(await listKeys(admin, { ...ALL, q: search }, later(10)))).toContain(first.name);
    }
  });

  it("differs per organisation, and is refused for anyone but admins", async () => {
    const stranger = await newOrganisation();
    expect(await listKeys(stranger, ALL, now)).toMatchObject({ groups: [], total: 0, any: false });
    const user = await newMember(admin.tenantId, "User", "User");
    await expect(listKeys(user, ALL, now)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("the status in the filter and in the badge", () => {
  it("agrees for every status at every boundary, one millisecond either side", async () => {
    const admin = await newOrganisation();
    const instants: Date[] = [];
    const boundary = (moment: Date) =>
      instants.push(new Date(moment.getTime() - 1), moment, new Date(moment.getTime() + 1));

    await create(admin, "plain");
    const expiring = later(20 * DAY);
    await create(admin, "expires", expiring);
    boundary(expiring);
    boundary(new Date(expiring.getTime() - EXPIRING_SOON_MS));
    await rotateKey(admin, (await create(admin, "rotated")).id, NEVER, { now, ...ORIGIN });
    boundary(later(OVERLAP_MS));
    const short = later(OVERLAP_MS / 2);
    await rotateKey(admin, (await create(admin, "rotated, ends sooner", short)).id, NEVER, { now, ...ORIGIN });
    boundary(short);
    const gone = await create(admin, "rotated, then revoked");
    await rotateKey(admin, gone.id, NEVER, { now, ...ORIGIN });
    await revokeKey(admin, gone.id, { now, ...ORIGIN });
    await revokeKey(admin, (await create(admin, "revoked", expiring)).id, { now, ...ORIGIN });

    const rows = await prisma().apiKey.findMany({ where: { tenantId: admin.tenantId } });
    for (const at of [now, ...instants]) {
      for (const status of KEY_STATUSES) {
        const expected = rows.filter((row) => keyStatus(row, at) === status).map((row) => row.id);
        const { groups } = await listKeys(admin, { ...ALL, status }, at);
        const shown = groups.flatMap((group) => [group, ...group.olderKeys]).filter((row) => row.status === status);
        expect(new Set(shown.map((row) => row.id)), `${status} at ${at.toISOString()}`).toEqual(new Set(expected));
      }
      const works = rows.filter((row) => keyRefusal(row, at) === null).map((row) => row.id);
      const { groups } = await listKeys(admin, { ...ALL, status: "working" }, at);
      const working = groups.map((group) => [group, ...group.olderKeys].filter((row) => row.refusal === null));
      expect(working.map((rows) => rows.length)).not.toContain(0);
      expect(new Set(working.flat().map((row) => row.id)), `at ${at.toISOString()}`).toEqual(new Set(works));
    }
    const everything = await listKeys(admin, ALL, now);
    expect(everything.groups.flatMap((group) => [group, ...group.olderKeys])).toHaveLength(rows.length);
  });
});

describe("sorting by expiry", () => {
  it("uses the displayed time: the end of the overlap for a rotated key, else its expiry", async () => {
    const admin = await newOrganisation();
    await create(admin, "in 30 days", later(30 * DAY));
    const rotated = await create(admin, "rotated out", later(300 * DAY));
    await rotateKey(admin, rotated.id, NEVER, { now, ...ORIGIN });
    const at = later(2 * DAY);
    const shown = await listKeys(admin, { ...ALL, sort: "expires", dir: "asc" }, at);
    expect(shown.groups.map((group) => group.endsAt)).toEqual([later(OVERLAP_MS), later(30 * DAY), null]);
  });
});

describe("a rotation in the list", () => {
  it("shows the old and new key together until the old one ends", async () => {
    const admin = await newOrganisation();
    const old = await create(admin, "pair");
    const next = await rotateKey(admin, old.id, NEVER, { now: later(1_000), ...ORIGIN });
    await create(admin, "newer than both", null, later(2_000));

    const during = await listKeys(admin, ALL, later(3_000));
    expect(names(during)).toEqual(["newer than both", "pair"]);
    expect(during.total).toBe(2);
    const pair = during.groups[1];
    expect(pair).toMatchObject({ id: next.id, status: "active", replaces: `neo_sk_test_…${old.key.slice(-4)}` });
    expect(pair?.olderKeys).toHaveLength(1);
    expect(pair?.olderKeys[0]).toMatchObject({ id: old.id, status: "rotating", rotatedBy: "Ada Admin" });
    expect(pair?.olderKeys[0]?.endsAt).toEqual(later(1_000 + OVERLAP_MS));

    // The pair is also found by the old key's last four characters and by the filter.
    for (const query of [
      { ...ALL, q: `…${old.key.slice(-4)}` },
      { ...ALL, status: "rotating" as const },
    ]) {
      const found = await listKeys(admin, query, later(3_000));
      expect(found.groups.map((group) => [group.id, group.olderKeys[0]?.id])).toContainEqual([next.id, old.id]);
    }

    const after = await listKeys(admin, ALL, later(1_000 + OVERLAP_MS));
    expect(after.total).toBe(3);
    expect(after.groups.find((group) => group.id === next.id)?.olderKeys).toEqual([]);
    expect(after.groups.find((group) => group.id === old.id)).toMatchObject({
      status: "expired",
      refusal: "rotated_out",
      replacedBy: `neo_sk_test_…${next.key.slice(-4)}`,
    });
  });

  it("keeps a chain of rotations together, and a pair whose new key was revoked", async () => {
    const admin = await newOrganisation();
    const first = await create(admin, "chain");
    const second = await rotateKey(admin, first.id, NEVER, { now: later(1), ...ORIGIN });
    const third = await rotateKey(admin, second.id, NEVER, { now: later(2), ...ORIGIN });
    await revokeKey(admin, third.id, { now: later(3), ...ORIGIN });
    const page = await listKeys(admin, ALL, later(4));
    expect(page.groups).toHaveLength(1);
    expect(page.groups[0]).toMatchObject({ id: third.id, status: "revoked", revokedBy: "Ada Admin" });
    expect(page.groups[0]?.olderKeys.map((key) => key.id)).toEqual([second.id, first.id]);
  });

  it("of many keys shows those that work together, and which key replaced each of the others", async () => {
    const admin = await newOrganisation();
    let newest = await create(admin, "long", null, later(-100 * DAY));
    const keys = [newest];
    for (let rotation = 9; rotation >= 0; rotation--) {
      newest = await rotateKey(admin, newest.id, NEVER, { now: later(-rotation * (OVERLAP_MS / 2)), ...ORIGIN });
      keys.unshift(newest);
    }
    const displays = keys.map(({ key }) => `neo_sk_test_…${key.slice(-4)}`);
    const ids = keys.map(({ id }) => id);
    const { groups } = await listKeys(admin, ALL, later(1));
    expect(groups.map(({ id }) => id)).toEqual([ids[0], ...ids.slice(3)]);
    expect(groups[0]?.olderKeys.map(({ id }) => id)).toEqual(ids.slice(1, 3));
    expect(groups[0]?.replaces).toBe(displays[1]);
    expect(groups.slice(1).map(({ replacedBy }) => replacedBy)).toEqual(displays.slice(2, -1));
  });
});

describe("pages", () => {
  it("hold 50 entries, each entry once, and a page past the end is clamped", async () => {
    const admin = await newOrganisation();
    const first = await create(admin, "first");
    const template = await prisma().apiKey.findUniqueOrThrow({ where: { id: first.id }, omit: GENERATED });
    await prisma().apiKey.createMany({
      data: Array.from({ length: 120 }, (_, index) => {
        const id = crypto.randomUUID();
        return {
          ...template,
          id,
          lineageId: id,
          name: `key ${String(index)}`,
          hash: crypto.getRandomValues(new Uint8Array(32)),
        };
      }),
    });
    const pages = await Promise.all([1, 2, 3].map((page) => listKeys(admin, { ...ALL, page }, now)));
    expect(pages.map((page) => page.groups.length)).toEqual([50, 50, 21]);
    expect(new Set(pages.flatMap((page) => page.groups.map((group) => group.id))).size).toBe(121);
    expect(pages.map((page) => page.hasNext)).toEqual([true, true, false]);
    expect(pages[0]).toMatchObject({ total: 121 });
    for (const beyond of [4, 99, 1e12]) {
      const last = await listKeys(admin, { ...ALL, page: beyond }, now);
      expect(last).toMatchObject({ page: 3, hasNext: false, total: 121 });
      expect(last.groups).toHaveLength(21);
    }
    expect(await listKeys(admin, { ...ALL, page: -1 }, now)).toMatchObject({ page: 1 });
  });

  it("hold as many entries as requested, and the total is exact", async () => {
    const admin = await newOrganisation();
    for (let n = 0; n < 30; n++) await create(admin, `key ${String(n)}`);
    expect(await listKeys(admin, { ...ALL, size: 25, page: 2 }, now)).toMatchObject({
      total: 30,
      size: 25,
      page: 2,
      hasNext: false,
      groups: { length: 5 },
    });
    expect((await listKeys(admin, { ...ALL, size: 100 }, now)).groups).toHaveLength(30);
  });
});
