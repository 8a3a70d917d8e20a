import { beforeEach, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { AppError } from "@/lib/errors/app-error";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { newOrganisation, newOrigin } from "@/tests/support/people";

const [IN_USE, PER_MINUTE] = [6, 10];
// The settings are read on first use, after this.
Object.assign(process.env, { KEYS_IN_USE_LIMIT: String(IN_USE), NEW_KEYS_PER_MINUTE: String(PER_MINUTE) });

const NEVER = { kind: "never" } as const;
let admin: MemberActor;
let now: Date;

beforeEach(async () => {
  admin = await newOrganisation();
  now = await databaseNow();
});

const make = (at = now, actor = admin) =>
  createKey(actor, { name: "Minted", expiry: NEVER }, { now: at, ...newOrigin() });
const later = (ms: number) => new Date(now.getTime() + ms);
const keys = () => prisma().apiKey.count({ where: { tenantId: admin.tenantId } });
const events = () => prisma().auditEvent.count({ where: { tenantId: admin.tenantId } });

async function refusalOf(attempt: Promise<unknown>): Promise<AppError> {
  const error: unknown = await attempt.catch((caught: unknown) => caught);
  if (!(error instanceof AppError)) throw new Error("expected an AppError", { cause: error });
  return error;
}

describe("the limit of keys in use", () => {
  it("holds for concurrent creation, and a refusal leaves nothing behind", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: IN_USE + 2 }, () => make()));
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused.map(({ reason }) => (reason as AppError).code)).toEqual(["CONFLICT", "CONFLICT"]);
    expect([await keys(), await events()]).toEqual([IN_USE, IN_USE]);
    await expect(make(now, await newOrganisation())).resolves.toMatchObject({ name: "Minted" });
  });

  it("counts working, unreplaced keys: revoking and expiring make room, and a rotation is never refused", async () => {
    const { id } = await make();
    const soon = { kind: "at", at: later(30_000).toISOString() } as const;
    await createKey(admin, { name: "Ends soon", expiry: soon }, { now, ...newOrigin() });
    for (let n = 2; n < IN_USE; n++) await make();
    expect(await refusalOf(make(later(1)))).toMatchObject({
      code: "CONFLICT",
      message: "Your organisation has 6 API keys in use, the maximum. Revoke one you no longer need, then try again.",
    });
    const next = await rotateKey(admin, id, NEVER, { now: later(2), ...newOrigin() });
    expect((await refusalOf(make(later(3)))).code).toBe("CONFLICT");
    await revokeKey(admin, next.id, { now: later(4), ...newOrigin() });
    await expect(make(later(5))).resolves.toBeDefined();
    expect((await refusalOf(make(later(6)))).code).toBe("CONFLICT");
    // One key has expired by then.
    await expect(make(later(61_000))).resolves.toBeDefined();
    expect((await refusalOf(make(later(61_000)))).code).toBe("CONFLICT");
  });
});

describe("the limit of new keys per minute", () => {
  it("counts creations and rotations together, and makes room once the first is a minute old", async () => {
    let { id } = await make();
    for (let n = 1; n < PER_MINUTE; n++)
      ({ id } = await rotateKey(admin, id, NEVER, { now: later(n * 1000), ...newOrigin() }));
    for (const attempt of [make(later(20_500)), rotateKey(admin, id, NEVER, { now: later(20_500), ...newOrigin() })]) {
      expect(await refusalOf(attempt)).toMatchObject({
        code: "RATE_LIMITED",
        retryAfterSeconds: 40,
        message: "Your organisation made 10 API keys within a minute, the maximum. Try again in 40 seconds.",
      });
    }
    expect((await refusalOf(make(later(59_999)))).retryAfterSeconds).toBe(1);
    expect([await keys(), await events()]).toEqual([PER_MINUTE, PER_MINUTE]);
    await expect(make(later(60_000))).resolves.toBeDefined();
    expect((await refusalOf(make(later(60_000)))).retryAfterSeconds).toBe(1);
  });

  it("restarts when the database's clock has gone back, as after a failover", async () => {
    const ahead = later(3_600_000);
    let { id } = await make(ahead);
    for (let n = 1; n < PER_MINUTE; n++) ({ id } = await rotateKey(admin, id, NEVER, { now: ahead, ...newOrigin() }));
    expect((await refusalOf(make(ahead))).code).toBe("RATE_LIMITED");
    await expect(make()).resolves.toBeDefined();
  });
});
