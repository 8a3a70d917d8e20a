import { randomUUID } from "node:crypto";

import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DELETE as deleteAgent, GET as getAgent, PUT as putAgent } from "@/app/public-api/agents/[agent_id]/route";
import { GET as listAgents, POST as postAgent } from "@/app/public-api/agents/route";
import { DELETE as revokeKey, PUT as updateKey } from "@/app/public-api/api-keys/[key_id]/route";
import { POST as rotateKey } from "@/app/public-api/api-keys/[key_id]/rotate/route";
import { GET as keyUsage } from "@/app/public-api/api-keys/[key_id]/usage/route";
import { GET as listKeys, POST as createKey } from "@/app/public-api/api-keys/route";
import { GET as listEvents } from "@/app/public-api/audit-events/route";
import { GET as me } from "@/app/public-api/me/route";
import { GET as tenantRoute } from "@/app/public-api/tenant/route";
import { prisma } from "@/lib/db/client";
import type { RouteHandler } from "@/lib/public-api/create-route";
import { agentData } from "@/lib/public-api/serializers/agent";
import { apiKeyData, issuedKeyData } from "@/lib/public-api/serializers/api-key";
import { auditEventData } from "@/lib/public-api/serializers/audit-event";
import { tenantData } from "@/lib/public-api/serializers/tenant";
import { type Answer, call, makeKey, withoutId } from "@/tests/support/public-api";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
  type Who,
} from "@/tests/support/access-tokens";

const ENTRA = [randomUUID(), randomUUID()] as const;
// lib/config/env reads it on first use, in the first test.
process.env.TENANTS = ENTRA.join(",");

let issuer: TokenIssuer;
let ours: ApiOrganisation;
let theirs: ApiOrganisation;

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  ours = await newApiOrganisation(issuer, ENTRA[0], "Ours");
  theirs = await newApiOrganisation(issuer, ENTRA[1], "Theirs");
});
afterAll(() => issuer.stop());

const agentBody = { name: "Triage", trigger_type: "NONE", actions: [] };

async function newAgent({ tenantId, memberId }: ApiOrganisation): Promise<string> {
  const id = uuidv7();
  const at = new Date();
  await prisma().agent.create({
    data: {
      id,
      tenantId,
      name: "Theirs",
      triggerType: "NONE",
      createdAt: at,
      updatedAt: at,
      createdByMemberId: memberId,
    },
  });
  return id;
}
const newKey = async (tenant: ApiOrganisation) => (await makeKey(tenant, { name: "A key" })).id;

interface Endpoint {
  readonly name: string;
  readonly handler: RouteHandler;
  /** `{id}` is replaced by the id that `target` creates. */
  readonly path: string;
  readonly target?: (tenant: ApiOrganisation) => Promise<string>;
  readonly param?: string;
  readonly body?: unknown;
  readonly status?: number;
  readonly may: readonly Who[];
}

const ALL: readonly Who[] = ["key", "Admin", "User", "Viewer"];
const agents = { path: "/public-api/agents/{id}", target: newAgent, param: "agent_id" };
const keys = { path: "/public-api/api-keys/{id}", target: newKey, param: "key_id", may: ["Admin"] } as const;

/** The table of docs/api.md, "Endpoints". */
const ENDPOINTS: readonly Endpoint[] = [
  { name: "GET /me", handler: me, path: "/public-api/me", may: ALL },
  { name: "GET /tenant", handler: tenantRoute, path: "/public-api/tenant", may: ALL },
  { name: "GET /agents", handler: listAgents, path: "/public-api/agents", may: ALL },
  {
    name: "POST /agents",
    handler: postAgent,
    path: "/public-api/agents",
    body: agentBody,
    status: 201,
    may: ["key", "User", "Admin"],
  },
  { name: "GET /agents/{agent_id}", handler: getAgent, ...agents, may: ALL },
  {
    name: "PUT /agents/{agent_id}",
    handler: putAgent,
    ...agents,
    body: { name: "Changed" },
    may: ["key", "User", "Admin"],
  },
  { name: "DELETE /agents/{agent_id}", handler: deleteAgent, ...agents, may: ["key", "Admin"] },
  { name: "GET /api-keys", handler: listKeys, path: "/public-api/api-keys", may: ["Admin"] },
  {
    name: "POST /api-keys",
    handler: createKey,
    path: "/public-api/api-keys",
    body: { name: "New" },
    status: 201,
    may: ["Admin"],
  },
  {
    name: "POST /api-keys/{key_id}/rotate",
    handler: rotateKey,
    ...keys,
    path: "/public-api/api-keys/{id}/rotate",
    status: 201,
  },
  { name: "PUT /api-keys/{key_id}", handler: updateKey, ...keys, body: { note: "Changed" } },
  { name: "DELETE /api-keys/{key_id}", handler: revokeKey, ...keys },
  { name: "GET /api-keys/{key_id}/usage", handler: keyUsage, ...keys, path: "/public-api/api-keys/{id}/usage" },
  { name: "GET /audit-events", handler: listEvents, path: "/public-api/audit-events", may: ["Admin"] },
];

async function request(
  { name, handler, path, param, body }: Endpoint,
  token: string | undefined,
  id = "",
): Promise<Answer> {
  return call(handler, path.replace("{id}", id), {
    ...(token ? { key: token } : {}),
    method: name.split(" ", 1)[0] ?? "",
    body,
    params: param ? { [param]: id } : {},
  });
}

/** An organisation's whole mutable state. */
const stateOf = async ({ tenantId }: ApiOrganisation) => ({
  agents: await prisma().agent.findMany({ where: { tenantId }, orderBy: { id: "asc" } }),
  // Any use of a key updates its last use, which isn't a change of the key.
  keys: await prisma().apiKey.findMany({ where: { tenantId }, orderBy: { id: "asc" }, omit: { lastUsedAt: true } }),
  events: await prisma().auditEvent.count({ where: { tenantId, action: { not: "access.refused" } } }),
});

const refusals = ({ tenantId }: ApiOrganisation) =>
  prisma().auditEvent.findMany({ where: { tenantId, action: "access.refused" }, orderBy: { seq: "asc" } });

describe("permissions", () => {
  const table = ENDPOINTS.flatMap((endpoint) => ALL.map((who) => [endpoint.name, who, endpoint] as const));
  it.each(table)("%s as %s", async (name, who, endpoint) => {
    const id = await endpoint.target?.(ours);
    const before = await stateOf(ours);
    const refusedBefore = await refusals(ours);
    const answer = await request(endpoint, ours.as[who], id);
    if (endpoint.may.includes(who)) {
      expect(answer.status).toBe(endpoint.status ?? 200);
      return;
    }
    expect(answer.status).toBe(403);
    expect(answer.body.error.code).toBe("FORBIDDEN");
    expect(answer.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    if (name.includes("/api-keys")) expect(answer.body.error.message).toBe("API-key management requires admin role.");
    expect(await stateOf(ours)).toEqual(before);
    const [refusal, ...others] = (await refusals(ours)).slice(refusedBefore.length);
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({
      actorKind: who === "key" ? "API_KEY" : "MEMBER",
      targetName: name.replace("/", "/public-api/"),
      requestId: answer.headers.get("x-request-id"),
    });
  });

  it.each(ENDPOINTS.map((endpoint) => [endpoint.name, endpoint] as const))(
    "%s without a credential",
    async (_, endpoint) => {
      const id = await endpoint.target?.(ours);
      const before = await stateOf(ours);
      expect((await request(endpoint, undefined, id)).status).toBe(401);
      expect(await stateOf(ours)).toEqual(before);
    },
  );

  it("reads the role on every request", async () => {
    const oid = randomUUID();
    const id = uuidv7();
    const data = { id, tenantId: ours.tenantId, oid, name: "Climber", role: "Viewer" as const };
    await prisma().member.create({ data });
    const token = await issuer.tokenOf({ tid: ours.entra, oid });
    const status = async () => (await call(listKeys, "/public-api/api-keys", { key: token })).status;
    expect(await status()).toBe(403);
    await prisma().member.update({ where: { id }, data: { role: "Admin" } });
    expect(await status()).toBe(200);
    await prisma().member.update({ where: { id }, data: { role: "User" } });
    expect(await status()).toBe(403);
  });
});

describe("another tenant", () => {
  const targeted = ENDPOINTS.filter((endpoint) => endpoint.target);
  it.each(targeted.map((endpoint) => [endpoint.name, endpoint] as const))(
    "can't tell an id from an unknown one in %s",
    async (_, endpoint) => {
      const id = (await endpoint.target?.(theirs)) ?? "";
      const before = await stateOf(theirs);
      for (const who of endpoint.may) {
        const answers = [];
        for (const other of [id, id.toUpperCase(), uuidv7(), "nonsense", `${id}\0`]) {
          answers.push(await request(endpoint, ours.as[who], other));
        }
        expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([404]));
        expect(new Set(answers.map(withoutId)).size).toBe(1);
      }
      expect(await stateOf(theirs)).toEqual(before);
    },
  );

  it("sees nothing in lists by rows, cursors or filters", async () => {
    for (const tenant of [ours, theirs]) {
      for (let n = 0; n < 3; n++) await newAgent(tenant);
      for (let n = 0; n < 3; n++) {
        const endpoint = ENDPOINTS.find(({ name }) => name === "POST /api-keys");
        if (endpoint) expect((await request(endpoint, tenant.as.Admin)).status).toBe(201);
      }
    }
    const lists = [
      [listAgents, "/public-api/agents"],
      [listKeys, "/public-api/api-keys"],
      [listEvents, "/public-api/audit-events"],
    ] as const;
    for (const [handler, path] of lists) {
      const page = (query: string, { as }: ApiOrganisation) =>
        call<{ id: string }[]>(handler, `${path}?page_size=${query}`, { key: as.Admin });
      const mine = new Set((await page("200", ours)).body.data.map((row) => row.id));
      const foreign = (await page("200", theirs)).body.data.map((row) => row.id);
      expect(foreign.length).toBeGreaterThanOrEqual(3);
      expect(foreign.some((id) => mine.has(id))).toBe(false);
      const cursor = (await page("1", theirs)).body.meta.pagination.next_cursor ?? "";
      expect((await page(`1&cursor=${cursor}`, theirs)).status).toBe(200);
      expect((await page(`1&cursor=${cursor}`, ours)).status).toBe(400);
    }
    const byActor = await call<unknown[]>(listEvents, `/public-api/audit-events?actor=${theirs.memberId}`, {
      key: ours.as.Admin,
    });
    expect([byActor.status, byActor.body.data]).toEqual([200, []]);
  });
});

describe("GET /public-api/tenant", () => {
  it("is the caller's own, for a key and for a person", async () => {
    for (const token of [ours.as.key, ours.as.Viewer]) {
      const { body } = await call(tenantRoute, "/public-api/tenant", { key: token });
      expect(tenantData.parse(body.data)).toEqual(body.data);
      expect(body.data).toMatchObject({ id: ours.tenantId, name: "Ours", entra_tenant_id: ours.entra });
    }
  });
});

describe("API keys in the API", () => {
  interface Issued {
    id: string;
    name: string;
    key: string;
    created_at: string;
    expires_at: string | null;
  }
  const create = (body: unknown) =>
    call<Issued>(createKey, "/public-api/api-keys", { key: ours.as.Admin, method: "POST", body });
  const rotate = (id: string) =>
    call<Issued>(rotateKey, `/public-api/api-keys/${id}/rotate`, {
      key: ours.as.Admin,
      method: "POST",
      params: { key_id: id },
    });
  const revoke = (id: string) =>
    call<Record<string, unknown>>(revokeKey, `/public-api/api-keys/${id}`, {
      key: ours.as.Admin,
      method: "DELETE",
      params: { key_id: id },
    });
  const works = async (key: string) => (await call(me, "/public-api/me", { key })).status === 200;
  const listed = async (id: string) => {
    const { body } = await call<{ id: string }[]>(listKeys, "/public-api/api-keys?page_size=200", {
      key: ours.as.Admin,
    });
    return body.data.find((row) => row.id === id);
  };

  it("creates a working key, shows it once, and lists it without a secret", async () => {
    const { status, body, headers } = await create({ name: " Export ", expires_at: null, tenant_id: theirs.tenantId });
    expect(status).toBe(201);
    expect(Object.keys(body.data)).toEqual(["id", "name", "key", "created_at", "expires_at"]);
    expect(issuedKeyData.parse(body.data)).toEqual(body.data);
    expect(body.data).toMatchObject({ name: "Export", expires_at: null });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(await works(body.data.key)).toBe(true);
    const row = await listed(body.data.id);
    expect(apiKeyData.parse(row)).toEqual(row);
    expect(row).toMatchObject({
      status: "active",
      last4: body.data.key.slice(-4),
      created_by: { kind: "member", id: ours.memberId, name: "Ours Admin" },
    });
    expect(JSON.stringify(row)).not.toContain(body.data.key.slice(-24, -4));
  });

  it("keeps an expiry with its offset, to the millisecond", async () => {
    const { body } = await create({ name: "Ends", expires_at: "2199-06-01T12:00:00.123+02:00" });
    expect(body.data.expires_at).toBe("2199-06-01T10:00:00.123Z");
  });

  it.each([
    ["no name", {}, "name"],
    ["an empty name", { name: " " }, "name"],
    ["a name of 201 characters", { name: "x".repeat(201) }, "name"],
    ["an expiry that is past", { name: "x", expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    ["an expiry without an offset", { name: "x", expires_at: "2199-01-01T00:00:00" }, "expires_at"],
    ["an expiry that is a date", { name: "x", expires_at: "2199-01-01" }, "expires_at"],
    ["an expiry that is a number", { name: "x", expires_at: 4_102_444_800 }, "expires_at"],
    ["an expiry on 30 February", { name: "x", expires_at: "2199-02-30T00:00:00Z" }, "expires_at"],
  ])("refuses %s", async (_, body, field) => {
    const before = await stateOf(ours);
    const answer = await create(body);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.error.details.fields ?? {})).toEqual([field]);
    expect(await stateOf(ours)).toEqual(before);
  });

  it("rotates a key: the new key gets the old one's lifetime from now, and both work", async () => {
    const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString();
    const old = (await create({ name: "Pair", expires_at: inAYear })).body.data;
    const answer = await rotate(old.id);
    expect(answer.status).toBe(201);
    const next = answer.body.data;
    expect(Object.keys(next)).toEqual(Object.keys(old));
    expect(next.name).toBe("Pair");
    const lifetime = ({ created_at, expires_at }: Issued) => Date.parse(expires_at ?? "") - Date.parse(created_at);
    expect(lifetime(next)).toBe(lifetime(old));
    expect([await works(old.key), await works(next.key)]).toEqual([true, true]);
    const row = await listed(old.id);
    expect(row).toMatchObject({ status: "rotating", replaced_by: next.id, rotated_at: next.created_at });
    expect(await listed(next.id)).toMatchObject({ status: "active", replaces: old.id, replaced_by: null });
    const again = await rotate(old.id);
    expect([again.status, again.body.error.code]).toEqual([409, "CONFLICT"]);
    const forever = (await create({ name: "Forever" })).body.data;
    expect((await rotate(forever.id)).body.data.expires_at).toBeNull();
  });

  it("revokes a key immediately, and a second revocation writes no audit event", async () => {
    const { id, key } = (await create({ name: "Leaked" })).body.data;
    const first = await revoke(id);
    expect(first.status).toBe(200);
    expect(apiKeyData.parse(first.body.data)).toEqual(first.body.data);
    expect(first.body.data).toMatchObject({ id, status: "revoked" });
    expect(await works(key)).toBe(false);
    const events = () => prisma().auditEvent.count({ where: { tenantId: ours.tenantId, targetId: id } });
    const count = await events();
    const second = await revoke(id);
    expect(second.body.data).toEqual(first.body.data);
    expect(await events()).toBe(count);
  });

  it("pages through all of them once, newest first", async () => {
    const seen: { id: string; created_at: string }[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `&cursor=${cursor}` : "";
      const { body } = await call<typeof seen>(listKeys, `/public-api/api-keys?page_size=3${query}`, {
        key: ours.as.Admin,
      });
      seen.push(...body.data);
      cursor = body.meta.pagination.next_cursor;
    } while (cursor);
    const created = seen.map((row) => row.created_at);
    expect(created).toEqual([...created].sort().reverse());
    expect(new Set(seen.map((row) => row.id)).size).toBe(seen.length);
    expect(seen).toHaveLength(await prisma().apiKey.count({ where: { tenantId: ours.tenantId } }));
  });
});

describe("GET /public-api/audit-events", () => {
  const list = (query: string) =>
    call<{ id: string; at: string; action: string; actor: { id: string } }[]>(
      listEvents,
      `/public-api/audit-events?${query}`,
      { key: ours.as.Admin },
    );

  it("contains every change, newest first, and agents match their schemas", async () => {
    const agent = await call<{ id: string }>(postAgent, "/public-api/agents", {
      key: ours.as.User,
      method: "POST",
      body: agentBody,
      headers: { "User-Agent": "curl/8.5.0" },
    });
    expect(agentData.safeParse(agent.body.data).error).toBeUndefined();
    const { body } = await list("page_size=200");
    for (const row of body.data) expect(auditEventData.parse(row)).toEqual(row);
    expect(body.data[0]).toMatchObject({
      action: "agent.created",
      actor: { kind: "member", name: "Ours User" },
      target: { type: "agent", id: agent.body.data.id, name: "Triage" },
      request_id: agent.headers.get("x-request-id"),
      user_agent: "curl/8.5.0",
      details: { autonomy_type: "CHAINED_ACTIONS" },
    });
    const at = body.data.map((row) => row.at);
    expect(at).toEqual([...at].sort().reverse());
  });

  it("filters by action, actor and time", async () => {
    const all = (await list("page_size=200")).body.data;
    const created = (await list("page_size=200&action=api_key.created")).body.data;
    expect(created).toEqual(all.filter((row) => row.action === "api_key.created"));
    expect(created.length).toBeGreaterThan(0);
    const byAdmin = (await list(`page_size=200&actor=${ours.memberId}`)).body.data;
    expect(byAdmin).toEqual(all.filter((row) => row.actor.id === ours.memberId));
    const middle = all[Math.floor(all.length / 2)]?.at ?? "";
    expect((await list(`page_size=200&from=${middle}`)).body.data).toEqual(all.filter((row) => row.at >= middle));
    expect((await list(`page_size=200&to=${middle}`)).body.data).toEqual(all.filter((row) => row.at < middle));
    const nothing = await list(`from=${middle}&to=${middle}`);
    expect([nothing.status, nothing.body.data]).toEqual([200, []]);
    expect((await list("from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z&page_size=200")).body.data).toEqual(all);
  });

  it.each([
    ["action", "api_key.stolen"],
    ["actor", "Ada"],
    ["from", "yesterday"],
    ["from", "0000-01-01T00:00:00Z"],
    ["to", "9999-12-31T23:59:59-23:59"],
    ["to", "2026-02-30T00:00:00Z"],
    ["member", "x"],
  ])("refuses %s=%s", async (name, value) => {
    const answer = await list(`${name}=${encodeURIComponent(value)}`);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body.error.details.parameters ?? {})).toEqual([name]);
  });

  it("binds cursors to the filters", async () => {
    const cursor = (await list("page_size=1&action=api_key.created")).body.meta.pagination.next_cursor ?? "";
    expect((await list(`page_size=1&action=api_key.created&cursor=${cursor}`)).status).toBe(200);
    expect((await list(`page_size=1&action=agent.created&cursor=${cursor}`)).status).toBe(400);
    expect((await list(`page_size=1&cursor=${cursor}`)).status).toBe(400);
    expect((await list(`page_size=1&action=api_key.created&from=2020-01-01T00:00:00Z&cursor=${cursor}`)).status).toBe(
      400,
    );
  });
});
