import { beforeAll, describe, expect, it } from "vitest";

import { POST as createAgent } from "@/app/public-api/agents/route";
import { GET as me } from "@/app/public-api/me/route";
import type { MemberActor } from "@/lib/actor";
import { databaseNow, prisma } from "@/lib/db/client";
import { generateKey } from "@/lib/api-keys/format";
import { hashKey } from "@/lib/api-keys/hash";
import { decideKey } from "@/lib/public-api/credentials/authenticate";
import { findKeyByHash } from "@/lib/public-api/credentials/key-lookup";
import type { serializeCredential } from "@/lib/public-api/serializers/credential";
import { newOrganisation } from "@/tests/support/people";
import { call as callRoute, makeKey } from "@/tests/support/public-api";

type Credential = ReturnType<typeof serializeCredential>["credential"];
interface Me {
  readonly tenant: { readonly id: string; readonly name: string };
  readonly credential: Extract<Credential, { kind: "api_key" }>;
}
const call = callRoute<Me>;
const HOUR_MS = 3_600_000;
let tenant: MemberActor;
let now: number;

beforeAll(async () => {
  // These tests call without pause; rate-limit.integration.test.ts tests the limit.
  process.env.RATE_LIMIT_PER_MINUTE = "1000000";
  tenant = await newOrganisation("Admin", "Ada", { name: "Contoso & Töchter" });
  now = (await databaseNow()).getTime();
});

const at = (offsetMs: number) => new Date(now + offsetMs);

describe("GET /public-api/me", () => {
  it("returns the key and its organisation", async () => {
    const expiresAt = at(30 * 24 * HOUR_MS);
    const { id, key } = await makeKey(tenant, { name: "Billing export", expiresAt });
    const answer = await call(me, "/public-api/me", { key });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({
      tenant: { id: tenant.tenantId, name: "Contoso & Töchter" },
      credential: {
        kind: "api_key",
        id,
        name: "Billing export",
        environment: "test",
        last4: key.slice(-4),
        created_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) as string,
        expires_at: expiresAt.toISOString(),
        rotation: { state: "none", replaced: false, rotated_at: null, works_until: null },
        read_only: false,
        networks: [],
      },
    });
    expect(answer.body.meta).toMatchObject({ request_id: answer.headers.get("x-request-id"), warnings: [] });
    expect(answer.text).not.toContain(key.slice(12));
  });

  it("shows when the old key of a rotation stops working", async () => {
    const { key } = await makeKey(tenant, { rotatedAt: at(-HOUR_MS), graceEndsAt: at(23 * HOUR_MS) });
    const { body } = await call(me, "/public-api/me", { key });
    expect(body.data.credential.rotation).toEqual({
      state: "rotating",
      replaced: true,
      rotated_at: at(-HOUR_MS).toISOString(),
      works_until: at(23 * HOUR_MS).toISOString(),
    });
  });

  it("warns that a rotated key ends, in the response and in headers that refusals have too", async () => {
    const [rotatedAt, graceEndsAt] = [at(-HOUR_MS), at(23 * HOUR_MS)];
    const { key } = await makeKey(tenant, { rotatedAt, graceEndsAt, expiresAt: at(30 * HOUR_MS) });
    const works_until = graceEndsAt.toISOString();
    const message = `This API key was rotated and works until ${works_until}. Use the key that replaced it.`;
    const answer = await call(me, "/public-api/me", { key });
    expect(answer.body.meta.warnings).toEqual([{ code: "key_rotated", message, works_until }]);
    for (const { headers } of [answer, await call(me, "/public-api/me?x=1", { key })]) {
      expect(headers.get("sunset")).toBe(graceEndsAt.toUTCString());
      expect(headers.get("deprecation")).toBe(`@${Math.floor(rotatedAt.getTime() / 1000)}`);
    }
  });

  it("warns of an expiry within 14 days, beside what was ignored", async () => {
    const expiresAt = at(13 * 24 * HOUR_MS);
    const { key } = await makeKey(tenant, { expiresAt });
    const answer = await call(createAgent, "/public-api/agents", {
      key,
      method: "POST",
      body: { name: "Warned", trigger_type: "NONE", actions: [], colour: "red" },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.meta.warnings).toMatchObject([
      { code: "key_expiring", expires_at: expiresAt.toISOString() },
      { code: "unknown_field", path: "colour" },
    ]);
    expect(answer.headers.get("sunset")).toBe(expiresAt.toUTCString());
    expect(answer.headers.has("deprecation")).toBe(false);
    const { key: other } = await makeKey(tenant, { expiresAt: at(15 * 24 * HOUR_MS) });
    const silent = await call(me, "/public-api/me", { key: other });
    expect([silent.body.meta.warnings, silent.headers.has("sunset")]).toEqual([[], false]);
  });

  it.each([
    ["expired", { expiresAt: -1 }],
    ["revoked", { revokedAt: -1 }],
    ["rotated_out", { rotatedAt: -24 * HOUR_MS, graceEndsAt: 0 }],
    ["revoked", { revokedAt: -1, expiresAt: -1 }],
    ["rotated_out", { rotatedAt: -2 * HOUR_MS, graceEndsAt: -HOUR_MS, expiresAt: -HOUR_MS }],
  ])("refuses with the reason: %s %j", async (reason, offsets) => {
    const moments = Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, at(offset)]));
    const { key } = await makeKey(tenant, moments);
    const answer = await call(me, "/public-api/me", { key });
    expect(answer.status).toBe(401);
    expect(answer.body.error).toMatchObject({ code: "UNAUTHORIZED", details: { reason } });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="neo", error="invalid_token"');
  });

  it("distinguishes missing, malformed, unknown and other environments' keys, and names both environments", async () => {
    const reasons = [];
    for (const key of [
      undefined,
      "neo_sk_test_short",
      "eyJhbGciOiJub25lIn0.e30.",
      generateKey("test"),
      generateKey("prod"),
    ]) {
      const answer = await call(me, "/public-api/me", { key });
      expect(answer.status).toBe(401);
      reasons.push(answer.body.error.details.reason);
      if (key?.startsWith("neo_sk_prod_")) expect(answer.body.error.message).toMatch(/"prod".*"test"/);
    }
    expect(reasons).toEqual(["missing", "malformed", "malformed", "unknown", "wrong_environment"]);
  });

  it("reveals nothing about a key to a caller with all but one of its characters", async () => {
    const { key } = await makeKey(tenant, { revokedAt: at(-1) });
    const nearly = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
    const answer = await call(me, "/public-api/me", { key: nearly });
    expect(answer.body.error.details.reason).toBe("unknown");
  });

  it("reads credentials only from the header", async () => {
    const { key } = await makeKey(tenant);
    const headers = { Cookie: `api_key=${key}; next-auth.session-token=${key}`, "X-Api-Key": key };
    const answer = await call(me, `/public-api/me?api_key=${key}&access_token=${key}`, { headers });
    expect(answer.body.error.details.reason).toBe("missing");
    expect(answer.text).not.toContain(key);
  });

  it("ignores parameters and headers that name another tenant", async () => {
    const { key } = await makeKey(tenant);
    const other = await newOrganisation("Admin", "Ada", { name: "Other" });
    const headers = { "X-Tenant-Id": other.tenantId, "X-Client-Id": other.tenantId };
    const answer = await call(me, `/public-api/me?tenant_id=${other.tenantId}`, { key, headers });
    expect(answer.body.data.tenant.id).toBe(tenant.tenantId);
  });

  it("refuses a disabled tenant with 403, but reports a revoked key first", async () => {
    const disabled = await newOrganisation("Admin", "Ada", { name: "Disabled", enabled: false });
    const answer = await call(me, "/public-api/me", { key: (await makeKey(disabled)).key });
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
      403,
      'Bearer realm="neo", error="insufficient_scope"',
    ]);
    const revoked = await call(me, "/public-api/me", { key: (await makeKey(disabled, { revokedAt: at(0) })).key });
    expect(revoked.status).toBe(401);
  });
});

describe("the end of a key", () => {
  it.each([
    ["expired", { expiresAt: 1 }, 1],
    ["rotated_out", { rotatedAt: -5, graceEndsAt: 7 }, 7],
    ["rotated_out", { rotatedAt: -5, graceEndsAt: 3, expiresAt: 3 }, 3],
  ])("%s: the key works until one millisecond before, and not from then on", async (reason, offsets, end) => {
    const moments = Object.fromEntries(Object.entries(offsets).map(([name, offset]) => [name, at(HOUR_MS + offset)]));
    const { key } = await makeKey(tenant, moments);
    const record = (await findKeyByHash(hashKey(key)))?.record;
    if (!record) throw new Error("the key is not stored");
    const ends = at(HOUR_MS + end).getTime();
    expect(decideKey({ ...record, now: ends - 1 }).kind).toBe("api_key");
    expect(() => decideKey({ ...record, now: ends })).toThrow(
      expect.objectContaining({ code: "UNAUTHORIZED", reason }),
    );
  });

  it("follows the database's clock: no request before it is refused, and none after it is served", async () => {
    const ends = (await databaseNow()).getTime() + 250;
    const { key } = await makeKey(tenant, { expiresAt: new Date(ends) });
    let [served, refused] = [0, 0];
    while (refused < 5) {
      const before = (await databaseNow()).getTime();
      const { status } = await call(me, "/public-api/me", { key });
      const after = (await databaseNow()).getTime();
      if (status === 200) served++;
      else refused++;
      if (before >= ends) expect(status).toBe(401);
      if (after < ends) expect(status).toBe(200);
    }
    expect(served).toBeGreaterThan(0);
  });
});

describe("under concurrency", () => {
  it("gives each caller its own response", async () => {
    const other = await newOrganisation("Admin", "Ada", { name: "Other" });
    const keys = await Promise.all(
      Array.from({ length: 40 }, (_, n) => makeKey(n % 2 ? other : tenant, { name: `Key ${n}` })),
    );
    const revoked = await makeKey(tenant, { revokedAt: at(0) });
    const order = Array.from({ length: 600 }, (_, n) => n % 50);
    const answers = await Promise.all(
      order.map(async (n, turn) => {
        // Some in the same event loop turn, some in others.
        for (let wait = 0; wait < turn % 7; wait++) await new Promise((resolve) => setImmediate(resolve));
        return call(me, "/public-api/me", { key: keys[n]?.key ?? (n < 45 ? revoked.key : generateKey("test")) });
      }),
    );
    order.forEach((n, i) => {
      const answer = answers[i];
      if (keys[n]) {
        expect(answer?.body.data.credential).toMatchObject({
          id: keys[n].id,
          name: `Key ${n}`,
          last4: keys[n].key.slice(-4),
        });
        expect(answer?.body.data.tenant.id).toBe(n % 2 ? other.tenantId : tenant.tenantId);
      } else {
        expect(answer?.body.error.details.reason).toBe(n < 45 ? "revoked" : "unknown");
      }
    });
  });

  it("refuses the next request after a revocation, even with lookups in flight", async () => {
    for (let trial = 0; trial < 15; trial++) {
      const { id, key } = await makeKey(tenant);
      let going = true;
      const traffic = Array.from({ length: 8 }, async () => {
        while (going) await call(me, "/public-api/me", { key });
      });
      await call(me, "/public-api/me", { key });
      await prisma().apiKey.update({
        where: { id },
        data: { revokedAt: await databaseNow(), revokedById: tenant.memberId },
      });
      const { status } = await call(me, "/public-api/me", { key });
      going = false;
      await Promise.all(traffic);
      expect(status).toBe(401);
    }
  });

  it("works alongside Prisma's queries on the same database", async () => {
    const { id, key } = await makeKey(tenant);
    const results = await Promise.all(
      Array.from({ length: 200 }, async (_, n) =>
        n % 2
          ? (await call(me, "/public-api/me", { key })).body.data.credential.id
          : (await prisma().apiKey.findUniqueOrThrow({ where: { id } })).id,
      ),
    );
    expect(new Set(results)).toEqual(new Set([id]));
  });
});
