import { beforeAll, describe, expect, it } from "vitest";

import { type AgentFilters, createAgent, getAgent } from "@/lib/agents/service";
import { databaseNow, prisma } from "@/lib/db/client";
import { type AgentListPage, listAgentsAsJson, MAX_PAGE_BYTES } from "@/lib/public-api/agent-list";
import { cursorPage } from "@/lib/public-api/cursor";
import { agentData, serializeAgent } from "@/lib/public-api/serializers/agent";
import { newOrganisation, newOrigin } from "@/tests/support/people";
import type { MemberActor } from "@/lib/actor";
import { seedAgents } from "@/prisma/seed-agents";

let actor: MemberActor;

/** The agents of a page. */
const agentsOf = ({ json }: AgentListPage) => JSON.parse(json.bytes.toString()) as { id: string }[];

const arrivedAt = performance.now();

/** The first page of a list with these filters, for concurrent requests. */
const list = (who: MemberActor, filters: AgentFilters, size: number) =>
  listAgentsAsJson(
    who,
    filters,
    cursorPage({ list: "agents", tenantId: who.tenantId, filters: { ...filters } }, size, undefined),
    arrivedAt,
  );

beforeAll(async () => {
  actor = await newOrganisation();
  await seedAgents(prisma(), actor.tenantId, actor.memberId);
  const odd = '"\\\u2028\u007f</script>😀é\n\t{}[],:';
  const document = { [odd]: odd, n: [0, -0.5, 1e300, 1e-300, 123456789012345680000], deep: [[[{ a: null }]]], b: true };
  const settings = { agent_settings: document, callback_settings: {}, schedule: document, toolbox: document };
  const conditions = { ticket_conditions: document, time_entry_conditions: document };
  const common = { name: '" \\ 😀 </script>', description: odd, ...settings, ...conditions };
  const now = await databaseNow();
  for (const autonomy_type of ["CHAINED_ACTIONS", "AGENTIC", "CONVERSATIONAL"] as const) {
    const input = { ...common, autonomy_type, trigger_type: "NONE" as const, actions: [document, odd, null, 1] };
    await createAgent(actor, input, { now, ...newOrigin() });
  }
  const bare = { name: "bare", trigger_type: "NONE" as const, autonomy_type: "AGENTIC" as const };
  const { id } = await createAgent(actor, bare, { now, ...newOrigin() });
  // The earliest and the latest representable time.
  const moments = { createdAt: new Date("0099-01-01T00:00:00.001Z"), updatedAt: new Date("9999-12-31T23:59:59.999Z") };
  await prisma().agent.update({ where: { id }, data: moments });
});

it("matches serializeAgent for every agent, field by field in the same order", async () => {
  const page = await list(actor, {}, 200);
  const rows = agentsOf(page);
  expect(page.pagination).toEqual({ has_more: false, next_cursor: null });
  expect(rows.length).toBeGreaterThan(40);
  const alone = await Promise.all(rows.map(async ({ id }) => serializeAgent(await getAgent(actor, id))));
  // Byte for byte.
  expect(page.json.bytes.toString()).toBe(JSON.stringify(alone));
  for (const row of rows) expect(agentData.parse(row)).toEqual(row);
});

describe("a tenant of large agents", () => {
  // Fifty kilobytes of 1e308, and of a number with 4 bytes as sent and 21 as stored.
  const large = { numbers: Array<number>(8_000).fill(1e308) };
  const longer = { numbers: Array<number>(8_000).fill(1e20) };
  let owner: MemberActor;
  let ids: string[];

  beforeAll(async () => {
    owner = await newOrganisation();
    ids = [];
    const now = await databaseNow();
    const kind = { trigger_type: "NONE", autonomy_type: "AGENTIC" } as const;
    for (let n = 0; n < 60; n++) {
      const documents = n % 2 ? { toolbox: large } : { schedule: longer };
      const input = { name: `${n} "\u0001`, description: "\u0001\n".repeat(1_000), ...kind, ...documents };
      ids.unshift((await createAgent(owner, input, { now: new Date(now.getTime() + n), ...newOrigin() })).id);
    }
  });

  it("gets pages of bounded size that together contain every agent once", async () => {
    const scope = { list: "agents", tenantId: owner.tenantId, filters: {} } as const;
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await listAgentsAsJson(owner, {}, cursorPage(scope, 200, cursor), performance.now());
      const bytes = page.json.bytes.byteLength;
      expect(bytes).toBeLessThan(MAX_PAGE_BYTES + 100);
      if (page.pagination.has_more) expect(bytes).toBeGreaterThan(MAX_PAGE_BYTES / 2);
      const rows = agentsOf(page);
      const alone = await Promise.all(rows.map(async ({ id }) => serializeAgent(await getAgent(owner, id))));
      expect(page.json.bytes.toString()).toBe(JSON.stringify(alone));
      seen.push(...rows.map(({ id }) => id));
      cursor = page.pagination.next_cursor ?? undefined;
      expect(page.pagination.has_more).toBe(cursor !== undefined);
      pages++;
    } while (cursor !== undefined);
    expect(seen).toEqual(ids);
    expect(pages).toBeGreaterThan(3);
  });

  it("gets an agent larger than a page on a separate page", async () => {
    const [id = ""] = ids;
    const huge = { numbers: Array<number>(60_000).fill(1e20) };
    await prisma().agent.update({ where: { id }, data: { toolbox: huge } });
    const page = await list(owner, {}, 200);
    expect(agentsOf(page).map((row) => row.id)).toEqual([id]);
    expect(page.json.bytes.byteLength).toBeGreaterThan(MAX_PAGE_BYTES);
    expect(page.pagination.has_more).toBe(true);
  });

  it("doesn't delay another tenant's list with many of its own", { timeout: 60_000 }, async () => {
    const asked = { q: "nothing like this is in any name" };
    const mine = Array.from({ length: 60 }, (_, n) => list(owner, { q: `${asked.q} ${n}` }, 200));
    const others = Array.from({ length: 40 }, (_, n) => list(owner, {}, n + 1));
    let ended = 0;
    // On a slow machine some wait too long and are refused, but only this tenant's.
    const settled = [...mine, ...others].map((read) => read.catch(() => undefined).finally(() => ended++));
    await list(actor, {}, 3);
    expect(ended).toBeLessThan(settled.length - 10);
    await Promise.all(settled);
  });
});

it("answers concurrent requests of two tenants for the same page with their own agents", async () => {
  const other = await newOrganisation();
  await seedAgents(prisma(), other.tenantId, other.memberId);
  const pages = await Promise.all([actor, other, actor].map((who) => list(who, {}, 3)));
  expect(pages[0]?.json).toEqual(pages[2]?.json);
  const ids = pages.map((page) => agentsOf(page).map((row) => row.id));
  expect(ids[1]).toHaveLength(3);
  expect(ids[1]?.some((id) => ids[0]?.includes(id))).toBe(false);
});

it("never shares a read between different requests", async () => {
  const asked = [{}, { enabled: true }, { enabled: false }, { q: "true" }, { triggerType: "NONE" as const }];
  const sizes = [2, 3];
  const pages = await Promise.all(sizes.flatMap((size) => asked.map((filters) => list(actor, filters, size))));
  const alone = [];
  for (const size of sizes) for (const filters of asked) alone.push(await list(actor, filters, size));
  expect(pages).toEqual(alone);
});
