import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, it } from "vitest";

import { GET as agent } from "@/app/public-api/agents/[agent_id]/route";
import { GET as agents } from "@/app/public-api/agents/route";
import type { MemberActor } from "@/lib/actor";
import { prisma } from "@/lib/db/client";
import type { serializeAgent } from "@/lib/public-api/serializers/agent";
import { newOrganisation } from "@/tests/support/people";
import { type Answer, call, makeKey, withoutId } from "@/tests/support/public-api";
import { seedAgents } from "@/prisma/seed-agents";

type AgentData = ReturnType<typeof serializeAgent>;
let tenant: MemberActor;
let key: string;
let otherKey: string;
let total: number;

beforeAll(async () => {
  tenant = await newOrganisation();
  ({ key } = await makeKey(tenant));
  total = await seedAgents(prisma(), tenant.tenantId, tenant.memberId);
  const other = await newOrganisation("Admin", "Ada", { name: "Other" });
  ({ key: otherKey } = await makeKey(other));
  await seedAgents(prisma(), other.tenantId, other.memberId);
});

const list = (query: string, as = key) => call<AgentData[]>(agents, `/public-api/agents${query}`, { key: as });
const ids = (answer: Answer<AgentData[]>): string[] => answer.body.data.map((row) => row.id);

/** Every page of a list, from the first to the last. */
async function walk(query: string, between: () => Promise<unknown> = () => Promise.resolve()): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: Answer<AgentData[]> = await list(`?${query}${cursor ? `&cursor=${cursor}` : ""}`);
    expect(answer.status).toBe(200);
    seen.push(...ids(answer));
    const { pagination } = answer.body.meta;
    expect(pagination.has_more).toBe(pagination.next_cursor !== null);
    cursor = pagination.next_cursor;
    await between();
  } while (cursor);
  return seen;
}

async function addAgent(name: string, createdAt = new Date()): Promise<string> {
  const id = uuidv7();
  await prisma().agent.create({
    data: { id, tenantId: tenant.tenantId, name, triggerType: "NONE", createdAt, updatedAt: createdAt },
  });
  return id;
}

describe("seedAgents", () => {
  it("creates dozens, of every kind, once, with ids unique across tenants", async () => {
    expect(total).toBeGreaterThanOrEqual(40);
    expect(await seedAgents(prisma(), tenant.tenantId, tenant.memberId)).toBe(0);
    const kinds = await prisma().agent.groupBy({
      by: ["autonomyType", "triggerType"],
      where: { tenantId: tenant.tenantId },
    });
    expect(new Set(kinds.map((kind) => kind.autonomyType)).size).toBe(3);
    expect(new Set(kinds.map((kind) => kind.triggerType)).size).toBe(3);
  });
});

describe("GET /public-api/agents", () => {
  it("has 50 per page, newest first, in the documented shape", async () => {
    const { body } = await list("");
    expect(body.data).toHaveLength(50);
    const created = body.data.map((row) => row.created_at);
    expect(created).toEqual([...created].sort().reverse());
    const common = [
      "id",
      "name",
      "description",
      "autonomy_type",
      "trigger_type",
      "entity_type",
      "actions",
      "agent_settings",
    ];
    common.push("callback_settings", "schedule", "ticket_conditions", "time_entry_conditions", "toolbox");
    common.push("enabled", "created_at", "updated_at");
    for (const row of body.data) {
      const expected = row.autonomy_type === "CONVERSATIONAL" ? [...common, "audience", "access"] : common;
      expect(Object.keys(row).sort()).toEqual(expected.sort());
    }
  });

  it.each([1, 7, 50, 200])("returns each agent once with a page size of %i", async (size) => {
    const seen = await walk(`page_size=${size}`);
    expect(seen).toHaveLength(new Set(seen).size);
    expect(seen).toHaveLength(await prisma().agent.count({ where: { tenantId: tenant.tenantId } }));
  });

  it("neither repeats nor skips rows while rows are inserted", async () => {
    const before = await walk("page_size=200");
    const seen = await walk("page_size=9", () => addAgent("Meanwhile"));
    expect(seen).toHaveLength(new Set(seen).size);
    expect(before.every((id) => seen.includes(id))).toBe(true);
  });

  it("pages through agents created in the same millisecond", async () => {
    const at = new Date("2024-02-03T04:05:06.789Z");
    const made = [];
    for (let n = 0; n < 5; n++) made.push(await addAgent("Twin of a moment", at));
    expect((await walk("q=twin+of+a+moment&page_size=2")).sort()).toEqual(made.sort());
  });

  it.each([
    ["enabled=true", { enabled: true }],
    ["enabled=false", { enabled: false }],
    ["trigger_type=SCHEDULED", { triggerType: "SCHEDULED" }],
    ["autonomy_type=AGENTIC&enabled=true", { autonomyType: "AGENTIC", enabled: true }],
  ] as const)("filters by %s", async (query, where) => {
    const rows = await prisma().agent.findMany({ where: { tenantId: tenant.tenantId, ...where } });
    expect(rows.length).toBeGreaterThan(0);
    expect((await walk(`${query}&page_size=3`)).sort()).toEqual(rows.map((row) => row.id).sort());
  });

  it("searches names and descriptions in any case, with wildcards taken literally", async () => {
    const percent = await addAgent("100% uptime");
    const underscore = await addAgent("snake_case \\ back");
    expect(ids(await list("?q=0%25%20UP"))).toEqual([percent]);
    expect(ids(await list("?q=e_c"))).toEqual([underscore]);
    expect(ids(await list("?q=%5C"))).toEqual([underscore]);
    expect(ids(await list("?q=SELF-SERVICE"))).toHaveLength(1);
    expect(ids(await list("?q=nothing+like+it"))).toEqual([]);
    expect(ids(await list("?q='%3B--"))).toEqual([]);
  });

  it("refuses a cursor of another filter or tenant, and an altered one", async () => {
    const cursor = (await list("?page_size=2&enabled=true")).body.meta.pagination.next_cursor ?? "";
    expect((await list(`?page_size=3&enabled=true&cursor=${cursor}`)).status).toBe(200);
    const foreign = await list(`?page_size=2&enabled=true&cursor=${cursor}`, otherKey);
    const filtered = await list(`?page_size=2&cursor=${cursor}`);
    const altered = await list(`?page_size=2&enabled=true&cursor=${cursor.slice(0, -1)}_`);
    for (const answer of [foreign, filtered, altered]) {
      expect(answer.status).toBe(400);
      expect(answer.body.error.details.parameters).toHaveProperty("cursor");
    }
  });

  it("returns only the tenant's own agents", async () => {
    const mine = new Set(await walk("page_size=200"));
    expect(ids(await list("?page_size=200", otherKey)).some((id) => mine.has(id))).toBe(false);
  });
});

describe("GET /public-api/agents/{agent_id}", () => {
  const get = (id: string, as = key) =>
    call<AgentData>(agent, `/public-api/agents/${encodeURIComponent(id)}`, { key: as, params: { agent_id: id } });

  it("matches the row in the list", async () => {
    const row = (await list("?page_size=1")).body.data[0];
    if (!row) throw new Error("there is no agent");
    expect((await get(row.id)).body.data).toEqual(row);
    expect((await get(row.id.toUpperCase())).body.data).toEqual(row);
  });

  it("answers unknown, another tenant's and malformed ids with the same response", async () => {
    const id = ids(await list("?page_size=1"))[0] ?? "";
    const answers = [await get(id, otherKey)];
    for (const other of [uuidv7(), "1", "", "null", "../me", `${id}'`, `${id}\0`, "%00", "é", "x".repeat(4_000)]) {
      answers.push(await get(other));
    }
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([404]));
    expect(new Set(answers.map(withoutId)).size).toBe(1);
    const headers = answers.map((answer) =>
      JSON.stringify([...answer.headers].filter(([name]) => !/^(x-request-id|(x-)?ratelimit.*)$/.test(name))),
    );
    expect(new Set(headers).size).toBe(1);
  });
});
