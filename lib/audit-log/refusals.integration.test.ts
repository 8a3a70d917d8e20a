import { randomUUID } from "node:crypto";

import { beforeEach, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { NO_ID } from "@/lib/audit-log/actions";
import {
  recordAccessRefusal,
  type Refusal,
  REFUSALS_MAX,
  Refusals,
  refusals,
  ruleRefusal,
  writeRefusal,
} from "@/lib/audit-log/refusals";
import { databaseNow, prisma } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";

let viewer: MemberActor;
let now: Date;

beforeEach(async () => {
  const admin = await newOrganisation("Admin", "Ada");
  viewer = await newMember(admin.tenantId, "Viewer", "Vera");
  now = await databaseNow();
});

const context = (clientAddress: string | null = "192.0.2.7") => ({ ...newOrigin(), clientAddress, now });
const recorded = () =>
  prisma().auditEvent.findMany({
    where: { tenantId: viewer.tenantId, action: "access.refused" },
    orderBy: { seq: "asc" },
  });

describe("a refusal for a missing role", () => {
  it("has who requested what, in which role", async () => {
    const key = {
      kind: "key",
      tenantId: viewer.tenantId,
      keyId: randomUUID(),
      lineageId: randomUUID(),
      name: "Nightly",
    } as const;
    const { now: at, ...origin } = context();
    await recordAccessRefusal(viewer, "/roles-access/api-keys", "Admin", { ...origin, now: at });
    await recordAccessRefusal(key, "x".repeat(300), null, context());
    const [byViewer, byKey] = await recorded();
    expect(byViewer).toMatchObject({
      ...origin,
      actorId: viewer.memberId,
      targetType: "access",
      targetId: NO_ID,
      targetName: "/roles-access/api-keys",
      details: { needs: "Admin", role: "Viewer" },
    });
    expect(byKey).toMatchObject({ actorKind: "API_KEY", targetName: "x".repeat(200), details: { needs: null } });
  });

  it("stays one when it can't be recorded, and the next one is", async () => {
    await recordAccessRefusal(viewer, "/x", "Admin", { ...context(), requestId: "no UUID" });
    expect(await recorded()).toEqual([]);
    await recordAccessRefusal(viewer, "/x", "Admin", context());
    expect(await recorded()).toHaveLength(1);
  });

  it("is recorded once an hour for each page or endpoint and address, in IPv6 each /64", async () => {
    for (let n = 0; n < 3; n++)
      for (const [what, address] of [
        ["/members", "192.0.2.7"],
        ["/audit-log", "192.0.2.7"],
        ["/members", "192.0.2.8"],
        ["/members", "2001:db8::1"],
        ["/members", "2001:db8::2"],
        ["/members", null],
      ] as const)
        await recordAccessRefusal(viewer, what, "Admin", context(address));
    expect((await recorded()).map(({ targetName, clientAddress }) => [targetName, clientAddress])).toEqual([
      ["/members", "192.0.2.7"],
      ["/audit-log", "192.0.2.7"],
      ["/members", "192.0.2.8"],
      ["/members", "2001:db8::1"],
      ["/members", null],
    ]);
  });

  it("is recorded no more than a number of times in an hour, and the last event says so", async () => {
    await Promise.all(
      Array.from({ length: REFUSALS_MAX + 10 }, (_, n) =>
        recordAccessRefusal(viewer, `/${String(n)}`, "Admin", context()),
      ),
    );
    await refusals.flush();
    const last = (await recorded()).map(({ details }) => (details as { last_of_hour?: boolean }).last_of_hour);
    expect(last).toEqual([...Array<undefined>(REFUSALS_MAX - 1), true]);
  });

  it("by one rule leaves room for another rule's, however often the first refuses", async () => {
    const { tenantId } = viewer;
    const key = { kind: "key", tenantId, keyId: randomUUID(), lineageId: randomUUID(), name: "Leaked" } as const;
    const refuse = (reason: string, address: string) =>
      refusals.note(key, ruleRefusal(key, { reason, operation: "GET /public-api/me" }), context(address));
    for (let n = 0; n <= REFUSALS_MAX; n++) await refuse("network_not_allowed", `198.51.100.${String(n)}`);
    await refuse("key_read_only", "192.0.2.7");
    const events = await prisma().auditEvent.findMany({ where: { targetId: key.keyId }, orderBy: { seq: "asc" } });
    expect(events).toHaveLength(REFUSALS_MAX + 1);
    expect(events.at(-1)?.details).toMatchObject({ reason: "key_read_only" });
  });

  it("of one member leaves room for another's", async () => {
    const other = await newMember(viewer.tenantId, "User", "Uma");
    for (const member of [viewer, other]) await recordAccessRefusal(member, "/members", "Admin", context());
    expect((await recorded()).map(({ actorId }) => actorId)).toEqual([viewer.memberId, other.memberId]);
  });
});

describe("instances", () => {
  const entry = { action: "access.refused", target: { id: NO_ID, name: "/x" }, details: { needs: "Admin" } } as const;
  const refusal: Refusal = { entry, kind: entry.action, what: "/x" };

  it("record a refusal once between them, and again in the next hour", async () => {
    const instances = Array.from({ length: 4 }, () => new Refusals());
    const at = context();
    await Promise.all(instances.flatMap((one) => [one.note(viewer, refusal, at), one.note(viewer, refusal, at)]));
    await Promise.all(instances.map((one) => one.flush()));
    expect(await recorded()).toHaveLength(1);
    await instances[0]?.note(viewer, refusal, { ...at, now: new Date(now.getTime() + 3_600_000) });
    expect(await recorded()).toHaveLength(2);
  });

  it("don't hold up or fail a refusal that they can't record, and record the next one", async () => {
    let fails = true;
    const slow = new Refusals(async (...refused) => {
      if (!fails) return writeRefusal(...refused);
      await new Promise((resolve) => setTimeout(resolve, 300));
      throw new Error("the audit log is busy");
    }, 20);
    const began = performance.now();
    await slow.note(viewer, refusal, context());
    expect(performance.now() - began).toBeLessThan(250);
    await slow.flush();
    fails = false;
    await slow.note(viewer, refusal, context());
    await slow.flush();
    expect(await recorded()).toHaveLength(1);
  });

  it("write an organisation's refusal while another's are stuck, more than can wait", async () => {
    const written: string[] = [];
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const one = new Refusals(async ({ tenantId }) => {
      if (tenantId === viewer.tenantId) await held;
      written.push(tenantId);
    }, 1);
    const many = Array.from({ length: 2_000 }, (_, n) => {
      const actor = { ...viewer, memberId: `${viewer.memberId}-${String(n)}` };
      return one.note(actor, refusal, context());
    });
    const other = await newOrganisation("Admin", "Otto");
    await one.note({ ...other, role: "Viewer" }, refusal, context());
    await expect.poll(() => written).toEqual([other.tenantId]);
    release?.();
    await Promise.all(many);
    await one.flush();
    expect(written.length).toBeGreaterThan(100);
  });
});
