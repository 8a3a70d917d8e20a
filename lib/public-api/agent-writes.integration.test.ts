import { setTimeout as pause } from "node:timers/promises";

import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { DELETE, GET, PUT } from "@/app/public-api/agents/[agent_id]/route";
import { GET as LIST, POST } from "@/app/public-api/agents/route";
import { prisma } from "@/lib/db/client";
import type { RouteHandler } from "@/lib/public-api/create-route";
import { agentData, type serializeAgent } from "@/lib/public-api/serializers/agent";
import { newOrganisation } from "@/tests/support/people";
import { call, makeKey, withoutId } from "@/tests/support/public-api";

type AgentData = ReturnType<typeof serializeAgent>;
let tenant: MemberActor;
let key: string;
let keyId: string;
let otherKey: string;

beforeAll(async () => {
  tenant = await newOrganisation();
  ({ key, id: keyId } = await makeKey(tenant));
  ({ key: otherKey } = await makeKey(await newOrganisation("Admin", "Ada", { name: "Other" })));
});

const minimal = { name: "Triage", trigger_type: "NONE", actions: [] };
const create = (body: unknown, as = key) =>
  call<AgentData>(POST, "/public-api/agents", { key: as, method: "POST", body });
const one = (id: string) => ({ params: { agent_id: id } });
const path = (id: string) => `/public-api/agents/${encodeURIComponent(id)}`;
const get = (id: string, as = key) => call<AgentData>(GET, path(id), { key: as, ...one(id) });
const change = (id: string, body: unknown, as = key) =>
  call<AgentData>(PUT, path(id), { key: as, method: "PUT", body, ...one(id) });
const remove = (id: string, as = key) =>
  call<{ id: string; deleted: boolean }>(DELETE, path(id), { key: as, method: "DELETE", ...one(id) });
const events = (targetId: string) =>
  prisma().auditEvent.findMany({
    where: { tenantId: tenant.tenantId, targetId },
    orderBy: [{ at: "asc" }, { id: "asc" }],
  });

describe("POST /public-api/agents", () => {
  it("creates an agent with the documented defaults, and returns its Location", async () => {
    const made = await create(minimal);
    expect(made.status).toBe(201);
    const { id, created_at } = made.body.data;
    expect(made.headers.get("location")).toBe(path(id));
    expect(made.body.data).toEqual({
      id,
      name: "Triage",
      description: null,
      autonomy_type: "CHAINED_ACTIONS",
      trigger_type: "NONE",
      entity_type: "none",
      actions: [],
      agent_settings: null,
      callback_settings: null,
      schedule: null,
      ticket_conditions: null,
      time_entry_conditions: null,
      toolbox: null,
      enabled: true,
      created_at,
      updated_at: created_at,
    });
    expect((await get(id)).body.data).toEqual(made.body.data);
    expect((await call<AgentData[]>(LIST, "/public-api/agents?page_size=1", { key })).body.data[0]?.id).toBe(id);
  });

  it("stores every documented field, and documents unchanged", async () => {
    const document = { $type: "Json", set: { a: [1, -0.5, 1e300, "é😀", null, true] }, path: [], equals: null };
    const body = {
      name: "  Desk e\u0301quipe ",
      description: "Line one\nline two",
      autonomy_type: "CONVERSATIONAL",
      trigger_type: "TRIGGERED",
      entity_type: "project_ticket",
      actions: [document, 1, null, "x", []],
      agent_settings: document,
      callback_settings: document,
      schedule: document,
      ticket_conditions: document,
      time_entry_conditions: document,
      toolbox: document,
      audience: "END_USER",
      access: "SPECIFIC_USERS",
      enabled: false,
    };
    const { data } = (await create(body)).body;
    expect(data).toMatchObject({ ...body, name: "Desk e\u0301quipe" });
    expect(agentData.safeParse(data).error).toBeUndefined();
  });

  it("sets audience and access defaults only for conversational agents", async () => {
    const chat = await create({ name: "Chat", trigger_type: "NONE", autonomy_type: "CONVERSATIONAL" });
    expect(chat.body.data).toMatchObject({ audience: "MSP", access: "ALL_USERS" });
    const agentic = await create({ name: "Agentic", trigger_type: "NONE", autonomy_type: "AGENTIC" });
    expect(agentic.body.data).not.toHaveProperty("audience");
    expect(agentic.body.data).not.toHaveProperty("access");
  });

  it("takes tenant and creator from the credential, not from the body", async () => {
    const other = await newOrganisation();
    const foreign = { tenant_id: other.tenantId, tenantId: other.tenantId, client_id: "x", created_by: other.memberId };
    const { status, body } = await create({ ...minimal, ...foreign, createdByMemberId: other.memberId, id: uuidv7() });
    expect(status).toBe(201);
    const row = await prisma().agent.findUniqueOrThrow({ where: { id: body.data.id } });
    expect(row).toMatchObject({ tenantId: tenant.tenantId, createdByKeyId: keyId, createdByMemberId: null });
  });

  it("refuses an invalid body with the names of the fields, and creates nothing", async () => {
    const before = await prisma().agent.count({ where: { tenantId: tenant.tenantId } });
    const answer = await create({ name: "", trigger_type: "DAILY", audience: "MSP" });
    expect(answer.status).toBe(422);
    expect(answer.body.error.code).toBe("UNPROCESSABLE");
    expect(Object.keys(answer.body.error.details.fields ?? {}).sort()).toEqual([
      "actions",
      "audience",
      "name",
      "trigger_type",
    ]);
    expect((await create([])).status).toBe(422);
    expect((await create({ ...minimal, name: "a\0b" })).status).toBe(422);
    expect((await create({ ...minimal, toolbox: { "\ud800": 1 } })).status).toBe(422);
    expect(await prisma().agent.count({ where: { tenantId: tenant.tenantId } })).toBe(before);
  });

  it("returns Location in a replayed response too", async () => {
    const headers = { "Idempotency-Key": uuidv7() };
    const twice = () => call<AgentData>(POST, "/public-api/agents", { key, method: "POST", body: minimal, headers });
    const [first, again] = [await twice(), await twice()];
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(path(first.body.data.id));
  });

  it("is recorded in the audit log with the key", async () => {
    const answer = await create(minimal);
    expect(await events(answer.body.data.id)).toEqual([
      expect.objectContaining({
        action: "agent.created",
        actorKind: "API_KEY",
        actorId: keyId,
        actorName: "Test key",
        targetName: "Triage",
        requestId: answer.headers.get("x-request-id"),
      }),
    ]);
  });
});

describe("PUT /public-api/agents/{agent_id}", () => {
  const make = async (more: object = {}) => (await create({ ...minimal, ...more })).body.data;

  it("changes only the given fields", async () => {
    const before = await make({ description: "Old", schedule: { cron: "0 8 * * *" } });
    const { status, body } = await change(before.id, {
      name: "New",
      description: null,
      schedule: null,
      enabled: false,
    });
    expect(status).toBe(200);
    const { updated_at } = body.data;
    expect(body.data).toEqual({
      ...before,
      name: "New",
      description: null,
      schedule: null,
      enabled: false,
      updated_at,
    });
    expect(updated_at >= before.updated_at).toBe(true);
    expect((await get(before.id)).body.data).toEqual(body.data);
    const [, event] = await events(before.id);
    expect(event).toMatchObject({ action: "agent.updated", targetName: "New" });
    expect(event?.details).toEqual({ changed: ["name", "description", "enabled", "schedule"] });
  });

  it("changes nothing if an agent is sent as it was read", async () => {
    const before = await make({ autonomy_type: "CONVERSATIONAL", toolbox: { b: 1, a: { d: 1, c: 2 } } });
    for (const body of [{}, before, { toolbox: { a: { c: 2, d: 1 }, b: 1 } }, { tenant_id: uuidv7() }]) {
      const answer = await change(before.id, body);
      expect([answer.status, answer.body.data]).toEqual([200, before]);
    }
    expect(await events(before.id)).toHaveLength(1);
  });

  it("refuses another autonomy type, entity type or audience with 409, and changes nothing", async () => {
    const before = await make({ autonomy_type: "CONVERSATIONAL", entity_type: "ticket", audience: "MSP" });
    for (const field of [{ autonomy_type: "AGENTIC" }, { entity_type: "task" }, { audience: "END_USER" }]) {
      const answer = await change(before.id, { name: "Sneaked in", ...field });
      expect(answer.status).toBe(409);
      expect(answer.body.error.code).toBe("CONFLICT");
      expect(Object.keys(answer.body.error.details.fields ?? {})).toEqual(Object.keys(field));
    }
    expect((await get(before.id)).body.data).toEqual(before);
    expect((await change(before.id, { access: "ADMINS_ONLY" })).body.data.access).toBe("ADMINS_ONLY");
  });

  it("refuses fields that the agent's kind doesn't have with 422", async () => {
    const { id } = await make();
    for (const field of [{ audience: "MSP" }, { access: "ALL_USERS" }]) {
      const answer = await change(id, field);
      expect(answer.status).toBe(422);
      expect(Object.keys(answer.body.error.details.fields ?? {})).toEqual(Object.keys(field));
    }
    expect((await change(id, { actions: null })).status).toBe(422);
    expect((await change(id, { enabled: "no" })).status).toBe(422);
  });

  it("loses neither of two concurrent changes", async () => {
    const { id } = await make();
    const patches = [{ name: "One" }, { description: "Two" }, { enabled: false }, { trigger_type: "SCHEDULED" }];
    const answers = await Promise.all(patches.map((patch) => change(id, patch)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect((await get(id)).body.data).toMatchObject(Object.assign({}, ...patches) as object);
    expect(await events(id)).toHaveLength(5);
  });
});

describe("DELETE /public-api/agents/{agent_id}", () => {
  it("deletes the agent once, and records it in the audit log", async () => {
    const { id } = (await create({ ...minimal, name: "Short-lived" })).body.data;
    const answers = await Promise.all([remove(id), remove(id), remove(id)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 404, 404]);
    expect(answers.find((answer) => answer.status === 200)?.body.data).toEqual({ id, deleted: true });
    expect((await get(id)).status).toBe(404);
    expect((await change(id, { name: "Back" })).status).toBe(404);
    const log = await events(id);
    expect(log.map((event) => event.action)).toEqual(["agent.created", "agent.deleted"]);
    expect(log[1]).toMatchObject({ targetName: "Short-lived", actorId: keyId });
  });
});

describe("another tenant", () => {
  it("gets the same response for this tenant's agent as for an unknown one, and changes nothing", async () => {
    const { data } = (await create(minimal)).body;
    for (const act of [get, (id: string, as?: string) => change(id, { name: "Taken" }, as), remove]) {
      const answers = await Promise.all([data.id, uuidv7(), "nonsense"].map((id) => act(id, otherKey)));
      expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404]);
      expect(new Set(answers.map(withoutId)).size).toBe(1);
    }
    expect((await get(data.id)).body.data).toEqual(data);
    expect(await events(data.id)).toHaveLength(1);
  });
});

/** Blocks audit events of every transaction for 600 ms. */
async function whileAuditIsHeld(act: () => Promise<unknown>): Promise<void> {
  const holder = prisma().$transaction(async (tx) => {
    await tx.$executeRaw`lock table audit_events in exclusive mode`;
    await pause(600);
  });
  await pause(100);
  await Promise.all([holder, act()]);
}

describe("a client that hangs up", () => {
  type Change = [method: string, handler: RouteHandler, body: unknown];
  const changes: Change[] = [
    ["PUT", PUT, { name: "Changed" }],
    ["DELETE", DELETE, undefined],
  ];

  it.each(changes)("cancels its %s that waits for another change", async (method, handler, body) => {
    const { id } = (await create(minimal)).body.data;
    const send = (signal?: AbortSignal) =>
      call(handler, path(id), { key, method, body, ...one(id), ...(signal ? { signal } : {}) });
    const client = new AbortController();
    const holder = prisma().$transaction(async (tx) => {
      await tx.$queryRaw`select 1 from agents where id = ${id}::uuid for update`;
      await pause(500);
    });
    await pause(100);
    const calling = send(client.signal);
    await pause(200);
    client.abort();
    await Promise.all([holder, calling]);
    expect(await get(id)).toMatchObject({ status: 200, body: { data: { name: "Triage" } } });
    expect(await events(id)).toHaveLength(1);
    expect((await send()).status).toBe(200);
    expect(await events(id)).toHaveLength(2);
  });

  it("during the creation of an agent leaves no agent and no audit event", async () => {
    const count = () => prisma().agent.count({ where: { tenantId: tenant.tenantId } });
    const before = await count();
    const client = new AbortController();
    await whileAuditIsHeld(async () => {
      const calling = call(POST, "/public-api/agents", { key, method: "POST", body: minimal, signal: client.signal });
      await pause(300);
      client.abort();
      return calling;
    });
    expect(await count()).toBe(before);
    expect((await create(minimal)).status).toBe(201);
    expect(await count()).toBe(before + 1);
  });
});
