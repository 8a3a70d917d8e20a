import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { rotateKey } from "@/lib/api-keys/service";
import { updateKey } from "@/lib/api-keys/update";
import { usage } from "@/lib/usage/recorder";
import { bindApplication } from "@/lib/applications/service";
import { databaseNow, prisma } from "@/lib/db/client";
import { CLIENT_ADDRESS_FIELD } from "@/lib/http/client-address";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
} from "@/tests/support/access-tokens";
import { newOrigin } from "@/tests/support/people";
import { type Answer, makeKey } from "@/tests/support/public-api";
import { dispatch } from "@/tests/support/router";

const ENTRA = randomUUID();
process.env.TENANTS = ENTRA;
process.env.RATE_LIMIT_PER_MINUTE = "1000000";
process.env.UNAUTHENTICATED_LIMIT_PER_MINUTE = "1000";

const HERE = "192.0.2.7";
const ELSEWHERE = "198.51.100.9";
const NETWORKS = ["192.0.2.0/24"];
const AGENT = { name: "Made", trigger_type: "NONE", actions: [] };

let issuer: TokenIssuer;
let ours: ApiOrganisation;
let admin: MemberActor;

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  ours = await newApiOrganisation(issuer, ENTRA, "Ours");
  const { tenantId, memberId, name } = ours;
  admin = { kind: "member", tenantId, memberId, name, role: "Admin", email: null, tenantName: name, sessionId: null };
});
afterAll(() => issuer.stop());

interface Sent {
  readonly method?: string;
  readonly body?: object;
  readonly address?: string | null;
  readonly signal?: AbortSignal;
}

async function call(
  token: string,
  path = "/me",
  { method = "GET", body, address = HERE, signal }: Sent = {},
): Promise<Answer> {
  const headers = new Headers({ Authorization: `Bearer ${token}`, "Content-Type": "application/json" });
  if (address !== null) headers.set(CLIENT_ADDRESS_FIELD, address);
  return dispatch(
    new Request(`http://localhost/public-api${path}`, {
      ...{ method, headers },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }),
  );
}

const refusal = ({ status, body }: Answer) => [status, body.error.details.reason];
const context = async () => ({ now: await databaseNow(), ...newOrigin() });
const eventsOf = (targetId: string) =>
  prisma().auditEvent.findMany({
    where: { targetId, action: { in: ["api_key.refused", "application.refused", "access.refused"] } },
    orderBy: { seq: "asc" },
  });

describe("a read-only key", () => {
  it("reads, and changes nothing", async () => {
    const { key } = await makeKey(ours, { readOnly: true });
    for (const path of ["/me", "/tenant", "/agents"]) expect((await call(key, path)).status, path).toBe(200);
    const { id } = (await call(ours.as.key, "/agents", { method: "POST", body: AGENT })).body.data as { id: string };
    expect((await call(key, `/agents/${id}`)).status).toBe(200);
    for (const [method, path, body] of [
      ["POST", "/agents", AGENT],
      ["PUT", `/agents/${id}`, { enabled: false }],
      ["DELETE", `/agents/${id}`],
    ] as const) {
      const answer = await call(key, path, { method, ...(body && { body }) });
      expect(refusal(answer), method).toEqual([403, "key_read_only"]);
      expect(answer.body.error.message).toContain(method);
      expect(answer.body.error.message).toContain("Roles & Access › API Keys");
    }
    expect((await prisma().agent.findUniqueOrThrow({ where: { id } })).enabled).toBe(true);
  });

  it("is refused what no key may do, as before", async () => {
    const { key } = await makeKey(ours, { readOnly: true });
    expect(refusal(await call(key, "/api-keys", { method: "POST", body: { name: "A key" } }))).toEqual([
      403,
      "key_not_allowed",
    ]);
  });
});

describe("a key with networks", () => {
  const BOTH = ["192.0.2.0/24", "2001:db8::/32"];
  it.each([
    [BOTH, "192.0.2.255", 200],
    [BOTH, "192.0.3.0", 403],
    [BOTH, "2001:db8:ffff::9", 200],
    [BOTH, "2001:db9::9", 403],
    [["192.0.2.7/32"], HERE, 200],
    [["192.0.2.7/32"], "192.0.2.8", 403],
    [["0.0.0.0/0"], "255.255.255.255", 200],
    [["0.0.0.0/0"], "2001:db8::1", 403],
    [["::/0"], HERE, 403],
    [["0.0.0.0/0"], null, 403],
    [["::/0"], "unknown", 403],
    [["::/0"], "fe80::1%eth0", 403],
  ])("of %j lets %s in: %s", async (networks, address, expected) => {
    const { key } = await makeKey(ours, { networks });
    // The first call of a process finds out that the key has networks.
    for (let n = 0; n < 2; n++) expect((await call(key, "/me", { address })).status).toBe(expected);
    const answer = await call(key, "/me", { address });
    expect(answer.status).toBe(expected);
    if (expected === 200) return;
    expect(refusal(answer)).toEqual([403, "network_not_allowed"]);
    expect(answer.body.error.message).toContain(address ?? "an unknown address");
  });

  it("is decided by each call's own address, also for calls that are looked up together", async () => {
    const { key } = await makeKey(ours, { networks: BOTH });
    const { key: other } = await makeKey(ours);
    await call(key);
    const froms = [HERE, ELSEWHERE, "2001:db8::1", null, HERE, "2001:db9::1", "nonsense"];
    const answers = await Promise.all(
      froms.flatMap((address) => [call(key, "/me", { address }), call(other, "/me", { address })]),
    );
    expect(answers.filter((_, n) => n % 2 === 0).map(({ status }) => status)).toEqual([
      200, 403, 200, 403, 200, 403, 403,
    ]);
    expect(answers.filter((_, n) => n % 2 === 1).map(({ status }) => status)).toEqual(froms.map(() => 200));
  });

  it("does not use up the organisation's limit from elsewhere, and does from within", async () => {
    const crowded = await newApiOrganisation(issuer, randomUUID(), "Crowded");
    const { key } = await makeKey(crowded, { networks: NETWORKS });
    const left = async () => Number((await call(key)).headers.get("x-ratelimit-remaining"));
    const before = await left();
    for (let n = 0; n < 10; n++)
      expect(refusal(await call(key, "/me", { address: ELSEWHERE }))).toEqual([403, "network_not_allowed"]);
    await Promise.all(Array.from({ length: 10 }, () => call(key, "/me", { address: ELSEWHERE })));
    expect(await left()).toBe(before - 1);
  });

  it("has none that the database can't read, which would fail the calls that are looked up with it", async () => {
    for (const text of ["192.0.2", "192.0.2.0/33", "intranet", ""])
      await expect(makeKey(ours, { networks: [text] }), text).rejects.toThrow("inet");
    const { key } = await makeKey(ours, { networks: NETWORKS });
    await expect(prisma().$executeRaw`update api_keys set networks = null`).rejects.toThrow("api_keys_networks_inet");
    const ids = { oid: randomUUID(), clientId: randomUUID() };
    const sync = { name: "Sync", role: "Integration", expiresAt: null, note: null } as const;
    const bound = bindApplication(admin, { ...ids, ...sync, networks: ["intranet"] }, await context());
    await expect(bound).rejects.toThrow("inet");
    expect((await call(key)).status).toBe(200);
  });

  it("that was revoked says that, from anywhere", async () => {
    const { key } = await makeKey(ours, { networks: NETWORKS, revokedAt: new Date() });
    expect(refusal(await call(key, "/me", { address: ELSEWHERE }))).toEqual([401, "revoked"]);
  });

  it("is not in use where it is refused", async () => {
    const { id, key } = await makeKey(ours, { networks: NETWORKS });
    await call(key, "/me", { address: ELSEWHERE });
    await usage.flush();
    const callers = await prisma().keyUsageCaller.findMany({ where: { keyId: id, value: ELSEWHERE } });
    expect(callers.map(({ kind }) => kind)).toEqual(["denied"]);
    const { data } = (await call(ours.as.Admin, `/api-keys/${id}/usage`)).body as { data: Record<string, unknown> };
    expect(data).toMatchObject({
      totals: { refused: 1 },
      addresses: [{ value: ELSEWHERE, calls: 1 }],
      last_use: null,
    });
  });
});

describe("a key without limits", () => {
  it("does what it did, from anywhere", async () => {
    const { key } = await makeKey(ours);
    expect((await call(key, "/me", { address: null })).body.data).toMatchObject({
      credential: { read_only: false, networks: [] },
    });
    expect((await call(key, "/agents", { method: "POST", body: AGENT, address: ELSEWHERE })).status).toBe(201);
  });
});

describe("the limits of a key", () => {
  const create = (body: object) =>
    call(ours.as.Admin, "/api-keys", { method: "POST", body: { name: "Narrow", ...body } });

  it("are set as it is created, are those of its rotations, and are shown", async () => {
    const made = await create({ read_only: true, networks: ["192.0.2.77/24", "192.0.2.0/24", "2001:DB8::1"] });
    expect(made.status).toBe(201);
    const { id, key } = made.body.data as { id: string; key: string };
    const limits = { read_only: true, networks: ["192.0.2.0/24", "2001:db8::1/128"] };
    expect((await call(ours.as.Admin, `/api-keys/${id}`)).body.data).toMatchObject(limits);
    const next = await rotateKey(admin, id, { kind: "same" }, await context());
    for (const one of [key, next.key]) {
      expect((await call(one)).body.data).toMatchObject({ credential: limits });
      expect(refusal(await call(one, "/me", { address: ELSEWHERE }))).toEqual([403, "network_not_allowed"]);
    }
    const { details } = await prisma().auditEvent.findFirstOrThrow({
      where: { targetId: id, action: "api_key.created" },
    });
    expect(details).toMatchObject(limits);
  });

  it("change for the old key of a rotation too, from the next call on", async () => {
    const { id, key } = (await create({})).body.data as { id: string; key: string };
    const next = await rotateKey(admin, id, { kind: "same" }, await context());
    expect((await call(key, "/me", { address: ELSEWHERE })).status).toBe(200);
    const changed = await call(ours.as.Admin, `/api-keys/${next.id}`, { method: "PUT", body: { networks: NETWORKS } });
    expect(changed.body.data).toMatchObject({ read_only: false, networks: NETWORKS });
    for (const one of [key, next.key])
      expect(refusal(await call(one, "/me", { address: ELSEWHERE }))).toEqual([403, "network_not_allowed"]);
    await updateKey(admin, id, { networks: [], readOnly: true }, await context());
    expect((await call(next.key, "/me", { address: ELSEWHERE })).status).toBe(200);
    const events = await prisma().auditEvent.findMany({
      where: { action: "api_key.updated", targetId: { in: [id, next.id] } },
      orderBy: { seq: "asc" },
    });
    const [first, second] = events.map(({ details }) => details);
    expect(first).toMatchObject({ changed: ["networks"], old_networks: [], networks: NETWORKS });
    expect(second).toMatchObject({
      ...{ changed: ["read_only", "networks"], old_read_only: false, read_only: true },
      ...{ old_networks: NETWORKS, networks: [] },
    });
  });

  it.each([
    [{ networks: "192.0.2.0/24" }, "networks", "must be an array of networks"],
    [{ networks: ["10.1"] }, "networks.0", "must be an address or a network, such as 203.0.113.0/24 or 2001:db8::/32"],
    [
      { networks: Array.from({ length: 51 }, (_, n) => `192.0.2.${String(n)}`) },
      "networks",
      "must have at most 50 networks",
    ],
    [{ read_only: "yes" }, "read_only", "must be true or false"],
  ])("%j are refused", async (limits, field, message) => {
    const { status, body } = await create(limits);
    expect([status, body.error.details.fields]).toEqual([422, { [field]: message }]);
  });
});

describe("the audit log", () => {
  it("has a refusal once an hour, by key, rule and address", async () => {
    const { id, key } = await makeKey(ours, { networks: NETWORKS, readOnly: true });
    for (let n = 0; n < 3; n++) {
      await call(key, "/me", { address: ELSEWHERE });
      await call(key, "/agents", { method: "POST", body: AGENT });
      await call(key, "/me", { address: "2001:db8::1" });
      await call(key, "/me", { address: "2001:db8::2" });
      await call(key, "/me", { address: null });
    }
    const events = await eventsOf(id);
    expect(
      events.map(({ action, actorKind, actorId, clientAddress }) => [action, actorKind, actorId, clientAddress]),
    ).toEqual([ELSEWHERE, HERE, "2001:db8::1", null].map((address) => ["api_key.refused", "API_KEY", id, address]));
    expect(events[0]?.details).toEqual({
      reason: "network_not_allowed",
      operation: "GET /public-api/me",
      last4: key.slice(-4),
    });
    expect(events[1]?.details).toMatchObject({ reason: "key_read_only", operation: "POST /public-api/agents" });
  });

  it("has the refusal of a caller that hung up", async () => {
    const { id, key } = await makeKey(ours, { networks: NETWORKS });
    const leaves = { address: ELSEWHERE, signal: AbortSignal.abort() };
    await call(key, "/me", leaves);
    await call(key, "/api-keys", { ...leaves, address: HERE });
    const events = await prisma().auditEvent.findMany({ where: { actorId: id }, orderBy: { seq: "asc" } });
    expect(events.map(({ action }) => action)).toEqual(["api_key.refused", "access.refused"]);
  });

  it("has an application's refusals too", async () => {
    const ids = { oid: randomUUID(), clientId: randomUUID() };
    const chosen = { name: "Sync", role: "Integration", expiresAt: null, networks: NETWORKS, note: null } as const;
    const { id } = await bindApplication(admin, { ...ids, ...chosen }, await context());
    const token = await issuer.tokenOf(
      { tid: ENTRA, oid: ids.oid },
      { scp: undefined, sub: ids.oid, azp: ids.clientId, idtyp: "app" },
    );
    for (let n = 0; n < 2; n++) expect((await call(token, "/me", { address: ELSEWHERE })).status).toBe(403);
    expect(await eventsOf(id)).toMatchObject([
      { action: "application.refused", actorKind: "APPLICATION", details: { reason: "network_not_allowed" } },
    ]);
  });

  it("has what a key may not do once an hour, however often it tries", async () => {
    const { id, key } = await makeKey(ours);
    for (let n = 0; n < 3; n++) {
      expect(refusal(await call(key, "/api-keys"))).toEqual([403, "key_not_allowed"]);
      await call(key, "/api-keys", { method: "POST", body: { name: "A key" } });
      await call(key, "/api-keys", { address: ELSEWHERE });
    }
    const events = await prisma().auditEvent.findMany({ where: { actorId: id }, orderBy: { seq: "asc" } });
    expect(events.map(({ action, targetName, clientAddress }) => [action, targetName, clientAddress])).toEqual([
      ["access.refused", "GET /public-api/api-keys", HERE],
      ["access.refused", "POST /public-api/api-keys", HERE],
      ["access.refused", "GET /public-api/api-keys", ELSEWHERE],
    ]);
  });
});
