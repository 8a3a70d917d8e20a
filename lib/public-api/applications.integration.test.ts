import { randomUUID } from "node:crypto";

import { v7 as uuidv7 } from "uuid";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { countAttention } from "@/lib/api-keys/attention";
import { listCreators } from "@/lib/api-keys/creators";
import { exportKeys } from "@/lib/api-keys/export";
import { listKeys } from "@/lib/api-keys/list";
import { loadKeyListUrl, REMOVED } from "@/lib/api-keys/list-url";
import { readKeyUsage } from "@/lib/api-keys/usage";
import { applicationUsage, usage } from "@/lib/usage/recorder";
import { lastUsedApplications } from "@/lib/applications/last-used";
import { allowKeyManagers, bindApplication, unbindApplication, updateApplication } from "@/lib/applications/service";
import { readApplicationUsage } from "@/lib/applications/usage";
import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { databaseNow, prisma } from "@/lib/db/client";
import type { AppError } from "@/lib/errors/app-error";
import type { ApplicationRole } from "@/lib/generated/prisma/enums";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import { findApplication } from "@/lib/public-api/credentials/application-lookup";
import { LIMITED_MAX } from "@/lib/public-api/credentials/credential-lookup";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
} from "@/tests/support/access-tokens";
import { newOrigin } from "@/tests/support/people";
import { type Answer, makeKey } from "@/tests/support/public-api";
import { dispatch } from "@/tests/support/router";

const [OURS, THEIRS] = [randomUUID(), randomUUID()];
// lib/config/env reads it on first use, in the first test.
process.env.TENANTS = `${OURS},${THEIRS}`;

let issuer: TokenIssuer;
let ours: ApiOrganisation;
let theirs: ApiOrganisation;

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  ours = await newApiOrganisation(issuer, OURS, "Ours");
  theirs = await newApiOrganisation(issuer, THEIRS, "Theirs");
});
afterAll(() => issuer.stop());

const adminOf = ({ tenantId, memberId, name }: ApiOrganisation): MemberActor => ({
  ...{ kind: "member", tenantId, memberId, name, role: "Admin", email: null, tenantName: name, sessionId: null },
});
const context = async () => ({ now: await databaseNow(), ...newOrigin() });
const chosen = (role: ApplicationRole) => ({ name: "Nightly sync", role, expiresAt: null, networks: [], note: null });

interface Bound {
  readonly id: string;
  readonly oid: string;
  readonly clientId: string;
}

async function bind(role: ApplicationRole, set: object = {}, organisation = ours): Promise<Bound> {
  const ids = { oid: randomUUID(), clientId: randomUUID() };
  const { id } = await bindApplication(adminOf(organisation), { ...ids, ...chosen(role), ...set }, await context());
  return { id, ...ids };
}

/** An application's own token, as Entra issues it for `/.default`. */
const tokenOf = ({ oid, clientId }: Omit<Bound, "id">, claims: object = {}, tid = OURS) =>
  issuer.tokenOf({ tid, oid }, { scp: undefined, sub: oid, azp: clientId, idtyp: "app", ...claims });

async function call(token: string, path = "/me", { method = "GET", body, address }: Sent = {}): Promise<Answer> {
  const headers = new Headers({ Authorization: `Bearer ${token}`, "Content-Type": "application/json" });
  if (address) headers.set(CLIENT_ADDRESS_FIELD, address);
  const sent = body ? { body: JSON.stringify(body) } : {};
  return dispatch(new Request(`http://localhost/public-api${path}`, { method, headers, ...sent }));
}
interface Sent {
  readonly method?: string;
  readonly body?: object;
  readonly address?: string;
}

const refusal = ({ status, body }: Answer) => [status, body.error.details.reason];

describe("an application's access token", () => {
  it("is let in once it is bound, and /me says what it is", async () => {
    const bound = await bind("Integration", { networks: ["192.0.2.0/24"] });
    const exp = Math.floor(Date.now() / 1000) + 300;
    const { status, body } = await call(await tokenOf(bound, { exp }), "/me", { address: "192.0.2.9" });
    expect(status).toBe(200);
    expect(body.data).toEqual({
      tenant: { id: ours.tenantId, name: "Ours" },
      credential: {
        ...{ kind: "application", id: bound.id, name: "Nightly sync", role: "Integration" },
        ...{ client_id: bound.clientId, object_id: bound.oid, networks: ["192.0.2.0/24"], bound_until: null },
        expires_at: new Date(exp * 1000).toISOString(),
      },
    });
  });

  it.each([
    ["says so by its subject alone", { idtyp: undefined }],
    ["has its client id in appid", { azp: undefined, appid: "azp" }],
    ["has app roles", { roles: ["Anything"] }],
  ])("is let in when it %s", async (_, claims) => {
    const bound = await bind("Integration");
    const set = "appid" in claims ? { ...claims, appid: bound.clientId } : claims;
    expect((await call(await tokenOf(bound, set))).status).toBe(200);
  });

  it.each<[string, object, string]>([
    ["a person's scope", { scp: "access" }, "idtyp"],
    ["another kind", { idtyp: "user" }, "no access token"],
    ["neither kind nor its own subject", { idtyp: undefined, sub: randomUUID() }, "no access token"],
    ["no client id", { azp: undefined }, "azp"],
    ["a client id that is no GUID", { azp: "app" }, "azp"],
    ["two client ids", { appid: randomUUID() }, "differ"],
    ["another audience", { aud: randomUUID() }, "another application"],
    ["the audience of Microsoft Graph", { aud: "00000003-0000-0000-c000-000000000000" }, "another application"],
    ["version 1.0", { ver: "1.0" }, "ver"],
    ["another tenant's issuer", { iss: `https://login.microsoftonline.com/${THEIRS}/v2.0` }, "issuer"],
    ["no object id", { oid: undefined }, "oid"],
    ["no expiry", { exp: undefined }, "exp"],
    ["an expiry that is past", { exp: Math.floor(Date.now() / 1000) - 1 }, "expired"],
    ["a beginning that is to come", { nbf: Math.floor(Date.now() / 1000) + 600 }, "not valid yet"],
  ])("with %s is 401", async (_, claims, message) => {
    const { status, body } = await call(await tokenOf(await bind("Integration"), claims));
    expect([status, body.error.message]).toEqual([401, expect.stringContaining(message)]);
  });

  it("that is not bound is 403, which names the step and the ids", async () => {
    const stranger = { oid: randomUUID(), clientId: randomUUID() };
    const answer = await call(await tokenOf(stranger));
    expect(refusal(answer)).toEqual([403, "application_not_bound"]);
    expect(answer.body.error.details).toMatchObject({
      tenant_id: OURS,
      client_id: stranger.clientId,
      object_id: stranger.oid,
    });
    expect(answer.body.error.message).toContain("Roles & Access › Applications");
  });

  it("of another application with the same service principal is not let in", async () => {
    const bound = await bind("Integration");
    expect(refusal(await call(await tokenOf({ ...bound, clientId: randomUUID() })))).toEqual([
      403,
      "application_not_bound",
    ]);
  });

  it("of another tenant is not let in, although the same ids are bound elsewhere", async () => {
    const bound = await bind("Integration");
    expect(refusal(await call(await tokenOf(bound, {}, THEIRS)))).toEqual([403, "application_not_bound"]);
    await bindApplication(adminOf(theirs), { ...bound, ...chosen("Integration") }, await context());
    const { body } = await call(await tokenOf(bound, {}, THEIRS));
    expect(body.data).toMatchObject({ tenant: { name: "Theirs" } });
  });

  it("does not pass as a person, nor a person's as an application", async () => {
    const { oid } = await prisma().member.findFirstOrThrow({ where: { id: ours.memberId } });
    const asPerson = await call(await tokenOf({ oid: oid ?? "", clientId: randomUUID() }));
    expect(refusal(asPerson)).toEqual([403, "application_not_bound"]);
    const bound = await bind("Integration");
    expect(refusal(await call(await issuer.tokenOf({ tid: OURS, oid: bound.oid })))).toEqual([401, "unknown"]);
  });

  it("of a disabled organisation, or of a personal account's tenant, is 403", async () => {
    const bound = await bind("Integration", {}, theirs);
    await prisma().tenant.update({ where: { id: theirs.tenantId }, data: { enabled: false } });
    expect(refusal(await call(await tokenOf(bound, {}, THEIRS)))).toEqual([403, "organisation_disabled"]);
    await prisma().tenant.update({ where: { id: theirs.tenantId }, data: { enabled: true } });
    const personal = await tokenOf(bound, {}, PERSONAL_TENANT);
    expect(refusal(await call(personal))).toEqual([403, "personal_account"]);
  });
});

describe("a binding", () => {
  it("ends at its expiry, to the millisecond, and can be extended", async () => {
    const bound = await bind("Integration");
    const token = await tokenOf(bound);
    const expiresAt = await databaseNow();
    await prisma().application.update({ where: { id: bound.id }, data: { expiresAt } });
    expect(refusal(await call(token))).toEqual([403, "application_expired"]);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    await updateApplication(adminOf(ours), bound.id, { ...chosen("Integration"), expiresAt: later }, await context());
    expect((await call(token)).status).toBe(200);
  });

  it("that has ended does not count towards the organisation's limit", async () => {
    const used = async () => (await prisma().rateLimit.findUnique({ where: { tenantId: ours.tenantId } }))?.used ?? 0;
    const token = await tokenOf(await bind("Integration", {}));
    const before = await used();
    await call(token);
    expect(await used()).toBe(before + 1);
    await prisma().application.updateMany({ data: { expiresAt: new Date(0) } });
    expect((await call(token)).status).toBe(403);
    expect(await used()).toBe(before + 1);
    await prisma().application.updateMany({ data: { expiresAt: null } });
  });

  it.each([
    ["192.0.2.255", 200],
    ["192.0.3.0", 403],
    ["2001:db8::9", 200],
    ["2001:db9::9", 403],
    [undefined, 403],
  ])("with networks lets %s in: %s", async (address, expected) => {
    const token = await tokenOf(await bind("Integration", { networks: ["192.0.2.0/24", "2001:db8::/32"] }));
    const answer = await call(token, "/me", address ? { address } : {});
    expect(answer.status).toBe(expected);
    if (expected === 403) expect(refusal(answer)).toEqual([403, "network_not_allowed"]);
  });

  it("with networks lets its address in with however many tokens", async () => {
    const bound = await bind("Integration", { networks: ["192.0.2.0/24"] });
    const holder = { tid: OURS, oid: bound.oid, clientId: bound.clientId, notBeforeMs: 0, authenticatedAt: null };
    const nowMs = Date.now();
    for (let n = 0; n < LIMITED_MAX; n += 1_000) {
      const expiries = Array.from({ length: 1_000 }, (_, m) => nowMs + 3_600_000 + n + m);
      await Promise.all(
        expiries.map((expiresAtMs) => findApplication({ ...holder, expiresAtMs }, bound.clientId, new Headers())),
      );
    }
    expect((await call(await tokenOf(bound), "/me", { address: "192.0.2.9" })).status).toBe(200);
  });

  it("that is refused by a rule does not use up the organisation's limit", async () => {
    await allowKeyManagers(adminOf(ours), true, await context());
    const manager = await tokenOf(await bind("KeyManager"));
    await allowKeyManagers(adminOf(ours), false, await context());
    const here = { address: "192.0.2.7" };
    const limited = await tokenOf(await bind("Integration", { networks: ["192.0.2.0/24"] }));
    const left = async () => Number((await call(limited, "/me", here)).headers.get("x-ratelimit-remaining"));
    const before = await left();
    for (let n = 0; n < 3; n++) {
      expect(refusal(await call(limited, "/me", { address: "198.51.100.9" }))).toEqual([403, "network_not_allowed"]);
      expect(refusal(await call(manager, "/me", here))).toEqual([403, "key_managers_disallowed"]);
    }
    expect(await left()).toBe(before - 1);
  });

  it("that is ended refuses the next call; bound again, the application has its id, and other rights", async () => {
    const bound = await bind("Integration");
    const token = await tokenOf(bound);
    expect((await call(token, "/agents")).status).toBe(200);
    await unbindApplication(adminOf(ours), bound.id, await context());
    expect(refusal(await call(token))).toEqual([403, "application_not_bound"]);
    const again = await bindApplication(adminOf(ours), { ...bound, ...chosen("Auditor") }, await context());
    expect(again.id).toBe(bound.id);
    expect(refusal(await call(token, "/agents"))).toEqual([403, "application_role"]);
  });

  it("is made, changed and ended by somebody who is an admin by then", async () => {
    const bound = await bind("Integration");
    const [admin, at] = [adminOf(ours), await context()];
    await prisma().member.update({ where: { id: ours.memberId }, data: { role: "User" } });
    const attempts = [
      bindApplication(admin, { ...bound, oid: randomUUID(), ...chosen("Auditor") }, at),
      updateApplication(admin, bound.id, chosen("Auditor"), at),
      unbindApplication(admin, bound.id, at),
    ];
    const outcomes = await Promise.allSettled(attempts);
    await prisma().member.update({ where: { id: ours.memberId }, data: { role: "Admin" } });
    expect(outcomes.map((outcome) => outcome.status === "rejected" && (outcome.reason as AppError).code)).toEqual(
      attempts.map(() => "FORBIDDEN"),
    );
    expect((await call(await tokenOf(bound))).status).toBe(200);
  });

  it("records its last use", async () => {
    const bound = await bind("Integration");
    await call(await tokenOf(bound));
    await lastUsedApplications.stop();
    const { lastUsedAt } = await prisma().application.findUniqueOrThrow({ where: { id: bound.id } });
    expect(lastUsedAt).toBeInstanceOf(Date);
  });
});

describe("the usage of an application", () => {
  const usageOf = async (id: string, organisation = ours) => {
    await applicationUsage.flush();
    return readApplicationUsage(adminOf(organisation), id, "24h", await databaseNow());
  };
  const NONE = { served: 0, client_errors: 0, rate_limited: 0, refused: 0, failed: 0 };

  it("has its calls by outcome, where they came from, and why some were refused", async () => {
    const bound = await bind("Integration", { networks: ["192.0.2.0/24"] });
    const token = await tokenOf(bound);
    const address = "192.0.2.9";
    await call(token, "/agents", { address });
    await call(token, "/agents?page_size=0", { address });
    await call(token, "/api-keys", { address });
    await call(token, "/agents", { address: "198.51.100.7" });
    await unbindApplication(adminOf(ours), bound.id, await context());
    await call(token, "/agents", { address });
    const { totals, callers, refusals, latest } = await usageOf(bound.id);
    expect(totals).toEqual({ ...NONE, served: 1, client_errors: 1, refused: 2 });
    expect(callers.address).toMatchObject([
      { value: address, calls: 3 },
      { value: "198.51.100.7", calls: 1 },
    ]);
    expect(callers.endpoint).toMatchObject([{ value: "GET /public-api/agents", calls: 3 }, { calls: 1 }]);
    expect(refusals.map(({ reason, address: from }) => [reason, from])).toEqual([
      ["network_not_allowed", "198.51.100.7"],
      ["application_role", address],
      ["invalid_parameter", address],
    ]);
    expect(latest).toMatchObject({ address, endpoint: "GET /public-api/api-keys" });
  });

  it("is counted apart from a key's, exactly once though a flush is repeated, and is not another organisation's", async () => {
    const bound = await bind("Integration");
    const token = await tokenOf(bound);
    const { key, id } = await makeKey(ours);
    await Promise.all(Array.from({ length: 20 }, async (_, n) => call(n % 2 ? token : key)));
    await Promise.all([applicationUsage.flush(), applicationUsage.flush(), usage.flush()]);
    expect((await usageOf(bound.id)).totals).toEqual({ ...NONE, served: 10 });
    expect((await readKeyUsage(adminOf(ours), id, "24h", await databaseNow())).totals).toEqual({ ...NONE, served: 10 });
    await expect(usageOf(bound.id, theirs)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(usageOf("nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("the role", () => {
  const KEY = uuidv7();
  afterEach(async () => {
    await prisma().apiKey.deleteMany({ where: { OR: [{ id: KEY }, { lineageId: KEY }] } });
  });
  const AGENT = { name: "Made", trigger_type: "NONE", actions: [] };
  const ALLOWED: Readonly<Record<ApplicationRole, readonly (readonly [string, string, object?])[]>> = {
    Integration: [
      ["GET", "/agents"],
      ["POST", "/agents", AGENT],
      ["GET", "/tenant"],
    ],
    Auditor: [["GET", "/audit-events"]],
    KeyManager: [
      ["GET", "/api-keys"],
      ["POST", "/api-keys", { name: "A key" }],
      ["GET", `/api-keys/${KEY}`],
      ["GET", `/api-keys/${KEY}/usage`],
      ["POST", `/api-keys/${KEY}/rotate`],
      ["DELETE", `/api-keys/${KEY}`],
    ],
  };
  const EVERYTHING = [...Object.values(ALLOWED).flat(), ["PUT", `/api-keys/${KEY}`, { note: "Changed" }]] as const;

  it.each(Object.keys(ALLOWED) as ApplicationRole[])("%s does what it may, and nothing else", async (role) => {
    if (role === "KeyManager") await allowKeyManagers(adminOf(ours), true, await context());
    await makeKey(ours, { id: KEY, lineageId: KEY });
    // Without the moment of a sign-in: an application has none.
    const token = await tokenOf(await bind(role), { auth_time: undefined });
    for (const [method, path, body] of EVERYTHING) {
      const answer = await call(token, path, { method, ...(body && { body }) });
      const may = ALLOWED[role].some(([m, p]) => m === method && p === path);
      if (may) expect([200, 201], `${method} ${path}`).toContain(answer.status);
      else expect(refusal(answer), `${method} ${path}`).toEqual([403, "application_role"]);
    }
    expect((await call(token)).status).toBe(200);
  });

  it("is in the audit log, as are the changes and refusals of an application", async () => {
    const bound = await bind("Integration");
    const token = await tokenOf(bound);
    const made = await call(token, "/agents", { method: "POST", body: AGENT });
    await call(token, "/api-keys");
    const events = await prisma().auditEvent.findMany({ where: { actorId: bound.id }, orderBy: { seq: "asc" } });
    expect(events.map(({ action, actorKind, actorName }) => [action, actorKind, actorName])).toEqual([
      ["agent.created", "APPLICATION", "Nightly sync"],
      ["access.refused", "APPLICATION", "Nightly sync"],
    ]);
    const { id } = made.body.data as { id: string };
    const agent = await prisma().agent.findUniqueOrThrow({ where: { id } });
    expect([agent.createdByApplicationId, agent.createdByKeyId, agent.createdByMemberId]).toEqual([
      bound.id,
      null,
      null,
    ]);
    const reader = await tokenOf(await bind("Auditor"));
    const { body } = await call(reader, `/audit-events?actor=${bound.id}`);
    expect(body.data).toMatchObject([{ action: "access.refused", actor: { kind: "application", id: bound.id } }, {}]);
  });
});

describe("a key manager", () => {
  const manager = () => bind("KeyManager", { name: "Nightly rotation" });
  const allow = async (allowed: boolean, organisation = ours) =>
    allowKeyManagers(adminOf(organisation), allowed, await context());
  const KEY_OF_MANAGER = { kind: "application", name: "Nightly rotation" };

  it("is bound only where the organisation allows it, and is refused from the call on when it no longer does", async () => {
    await allow(false);
    await expect(manager()).rejects.toMatchObject({
      code: "UNPROCESSABLE",
      fields: { role: expect.any(String) as string },
    });
    const other = await bind("Auditor");
    const asManager = { ...chosen("KeyManager") };
    const promote = async () => updateApplication(adminOf(ours), other.id, asManager, await context());
    await expect(promote()).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    await allow(true, theirs);
    await expect(manager()).rejects.toMatchObject({ code: "UNPROCESSABLE" });
    expect(await allow(true)).toEqual({ changed: true });
    expect(await allow(true)).toEqual({ changed: false });
    await promote();
    const token = await tokenOf(other);
    expect((await call(token, "/api-keys")).status).toBe(200);
    await allow(false);
    for (const path of ["/api-keys", "/me"]) {
      expect(refusal(await call(token, path)), path).toEqual([403, "key_managers_disallowed"]);
    }
    const [refused, ...others] = await prisma().auditEvent.findMany({
      where: { targetId: other.id, action: "application.refused" },
    });
    expect([refused?.details, others]).toEqual([
      { reason: "key_managers_disallowed", operation: "GET /public-api/api-keys" },
      [],
    ]);
    const renamed = { ...asManager, name: "Renamed" };
    expect(await updateApplication(adminOf(ours), other.id, renamed, await context())).toEqual({ name: "Renamed" });
  });

  it("creates, rotates and revokes keys, and is named as who did it", async () => {
    await allow(true);
    const bound = await manager();
    const token = await tokenOf(bound);
    const made = await call(token, "/api-keys", { method: "POST", body: { name: "By a manager", note: "Made." } });
    const { id: oldId, key: oldKey } = made.body.data as { id: string; key: string };
    const rotated = await call(token, `/api-keys/${oldId}/rotate`, { method: "POST" });
    const { id, key } = rotated.body.data as { id: string; key: string };
    expect([made.status, rotated.status]).toEqual([201, 201]);
    expect([(await call(oldKey)).status, (await call(key)).status]).toEqual([200, 200]);
    const ended = await call(token, `/api-keys/${oldId}`, { method: "DELETE" });
    expect(ended.body.data).toMatchObject({ status: "revoked", created_by: { ...KEY_OF_MANAGER, id: bound.id } });
    expect([(await call(oldKey)).status, (await call(key)).status]).toEqual([401, 200]);
    const stored = await prisma().apiKey.findMany({
      where: { id: { in: [oldId, id] } },
      orderBy: { createdAt: "asc" },
    });
    expect(stored).toMatchObject([
      {
        createdByApplicationId: bound.id,
        rotatedByApplicationId: bound.id,
        revokedByApplicationId: bound.id,
        note: "Made.",
      },
      { createdByApplicationId: bound.id, createdById: null, rotatedByApplicationId: null, note: "Made." },
    ]);
    const events = await prisma().auditEvent.findMany({ where: { actorId: bound.id }, orderBy: { seq: "asc" } });
    expect(events.map(({ action, actorKind }) => [action, actorKind])).toEqual(
      ["api_key.created", "api_key.rotated", "api_key.revoked"].map((action) => [action, "APPLICATION"]),
    );
  });

  it("is listed as a creator, and its keys need attention once it is unbound", async () => {
    await allow(true);
    const bound = await manager();
    await call(await tokenOf(bound), "/api-keys", { method: "POST", body: { name: "Left behind" } });
    const admin = adminOf(ours);
    const list = async (set: object) => {
      const { groups } = await listKeys(admin, { ...loadKeyListUrl({}), ...set }, await databaseNow());
      return groups.map(({ name, createdBy, creatorRemoved }) => [name, createdBy, creatorRemoved]);
    };
    const by = "Nightly rotation (application)";
    expect(await listCreators(admin, bound.id)).toContainEqual({ id: bound.id, name: by, email: null, removed: false });
    expect(await list({ creator: bound.id })).toEqual([["Left behind", by, null]]);
    const before = (await countAttention(admin, await databaseNow())).creator_removed;
    await unbindApplication(admin, bound.id, await context());
    expect((await countAttention(admin, await databaseNow())).creator_removed).toBe(before + 1);
    for (const set of [
      { creator: bound.id },
      { creator: REMOVED, q: "Left" },
      { attention: "creator_removed", q: "Left" },
    ]) {
      expect(await list(set), JSON.stringify(set)).toEqual([["Left behind", by, "application"]]);
    }
    let csv = "";
    for await (const part of exportKeys(admin, { ...loadKeyListUrl({}), creator: bound.id }, await databaseNow()))
      csv += part;
    expect(csv).toContain(by);
  });

  it("does not reach another organisation's keys", async () => {
    await allow(true);
    const token = await tokenOf(await manager());
    const { id } = await makeKey(theirs);
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/usage"],
      ["POST", "/rotate"],
      ["DELETE", ""],
    ] as const) {
      expect((await call(token, `/api-keys/${id}${path}`, { method })).status, `${method} ${path}`).toBe(404);
    }
  });

  it("that was unbound meanwhile makes no key", async () => {
    await allow(true);
    const bound = await manager();
    const token = await tokenOf(bound);
    await unbindApplication(adminOf(ours), bound.id, await context());
    const answer = await call(token, "/api-keys", { method: "POST", body: { name: "Too late" } });
    expect(refusal(answer)).toEqual([403, "application_not_bound"]);
  });
});
