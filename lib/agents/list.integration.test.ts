import { beforeAll, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { listAgentPage } from "@/lib/agents/list";
import type { AgentListUrl } from "@/lib/agents/list-url";
import { agentEdit } from "@/lib/agents/schemas";
import { agentCreator, createAgent, getAgent, updateAgent } from "@/lib/agents/service";
import { databaseNow } from "@/lib/db/client";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";
import { makeKey } from "@/tests/support/public-api";

const ORIGIN = newOrigin();

let ada: MemberActor;
let now: Date;
const later = (ms: number) => new Date(now.getTime() + ms);
const create = (actor: MemberActor, name: string, at = now, more = {}) =>
  createAgent(actor, { name, trigger_type: "NONE", actions: [], ...more }, { now: at, ...ORIGIN });
const NEWEST = { sort: "created", dir: "desc", page: 1, size: 50 } as const;
const names = async (filters: Parameters<typeof listAgentPage>[1]) =>
  (await listAgentPage(ada, filters, NEWEST)).rows.map((row) => row.name);

beforeAll(async () => {
  now = await databaseNow();
  ada = await newOrganisation();
  await create(ada, "Alpha", later(1), { description: "Closes tickets" });
  await create(ada, "Beta 50%_off", later(2), { trigger_type: "SCHEDULED", enabled: false });
  await create(ada, "Gamma", later(3), { autonomy_type: "AGENTIC" });
});

describe("listAgentPage", () => {
  it("lists only the caller's organisation, newest first, without documents", async () => {
    const page = await listAgentPage(ada, {}, NEWEST);
    expect(page).toMatchObject({ total: 3, page: 1, hasNext: false, any: true });
    expect(page.rows.map((row) => row.name)).toEqual(["Gamma", "Beta 50%_off", "Alpha"]);
    expect(page.rows[0]).not.toHaveProperty("actions");
    const stranger = await newOrganisation();
    expect(await listAgentPage(stranger, {}, NEWEST)).toMatchObject({ rows: [], total: 0, any: false });
  });

  it.each([
    [{ q: "ALPHA" }, ["Alpha"]],
    [{ q: " tickets " }, ["Alpha"]],
    [{ q: "50%_" }, ["Beta 50%_off"]],
    [{ q: "_" }, ["Beta 50%_off"]],
    [{ q: "nothing" }, []],
    [{ q: "  " }, ["Gamma", "Beta 50%_off", "Alpha"]],
    [{ enabled: false }, ["Beta 50%_off"]],
    [{ triggerType: "SCHEDULED" }, ["Beta 50%_off"]],
    [{ autonomyType: "AGENTIC" }, ["Gamma"]],
    [{ autonomyType: "AGENTIC", enabled: false }, []],
  ] as const)("finds by %j", async (filters, expected) => {
    expect(await names(filters)).toEqual(expected);
    expect(await listAgentPage(ada, filters, NEWEST)).toMatchObject({ total: expected.length, any: true });
  });

  it("sorts by name without regard to case, and by the times, in both directions", async () => {
    const sorted = await newOrganisation();
    for (const [name, at] of [
      ["beta", 3],
      ["Alpha", 2],
      ["Gamma", 1],
      ["alpha 2", 4],
    ] as const)
      await create(sorted, name, later(at));
    const [, oldest] = (await listAgentPage(sorted, { q: "alpha" }, NEWEST)).rows;
    if (!oldest) throw new Error("no agent");
    await updateAgent(sorted, oldest.id, { description: "Changed last" }, { now: later(9), ...ORIGIN });
    const by = async (sort: AgentListUrl["sort"], dir: AgentListUrl["dir"]) =>
      (await listAgentPage(sorted, {}, { sort, dir, page: 1, size: 50 })).rows.map(({ name }) => name);
    expect(await by("name", "asc")).toEqual(["Alpha", "alpha 2", "beta", "Gamma"]);
    expect(await by("name", "desc")).toEqual(["Gamma", "beta", "alpha 2", "Alpha"]);
    expect(await by("created", "asc")).toEqual(["Gamma", "Alpha", "beta", "alpha 2"]);
    expect(await by("updated", "desc")).toEqual(["Alpha", "alpha 2", "beta", "Gamma"]);
  });

  it("paginates, and returns the last page for one past the end", async () => {
    const many = await newOrganisation();
    for (let n = 0; n <= 50; n++) await create(many, `Agent ${String(n)}`, later(n));
    const first = await listAgentPage(many, {}, NEWEST);
    expect(first).toMatchObject({ total: 51, hasNext: true });
    const last = await listAgentPage(many, {}, { ...NEWEST, page: 99 });
    expect(last).toMatchObject({ page: 2, hasNext: false, rows: [{ name: "Agent 0" }] });
    expect(await listAgentPage(many, {}, { ...NEWEST, page: -7 })).toMatchObject({ page: 1 });
  });
});

describe("editing in the dashboard", () => {
  it("changes only name, description and state", () => {
    expect(agentEdit.safeParse({ agentId: "x", name: " A ", description: null, enabled: true }).data).toMatchObject({
      name: "A",
    });
    for (const more of [{ tenantId: ada.tenantId }, { autonomy_type: "AGENTIC" }, { actions: [] }, { enabled: "on" }]) {
      expect(agentEdit.safeParse({ agentId: "x", ...more }).success).toBe(false);
    }
  });

  it("is refused for a Viewer, and another organisation's agent is not found", async () => {
    const agent = await create(ada, "Guarded");
    const viewer = await newMember(ada.tenantId, "Viewer", "Vera");
    await expect(updateAgent(viewer, agent.id, { enabled: false }, { now, ...ORIGIN })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const stranger = await newOrganisation();
    await expect(updateAgent(stranger, agent.id, { enabled: false }, { now, ...ORIGIN })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    expect((await getAgent(viewer, agent.id)).enabled).toBe(true);
    expect(await agentCreator(stranger, agent)).toBeNull();
  });

  it("names an agent's creator, a person or a key", async () => {
    expect(await agentCreator(ada, await create(ada, "By a person"))).toEqual({ kind: "member", name: "Ada Admin" });
    const { id: keyId } = await makeKey(ada, { name: "Import" });
    const byKey = await createAgent(
      { kind: "key", tenantId: ada.tenantId, keyId, lineageId: keyId, name: "Import" },
      { name: "By a key", trigger_type: "NONE", actions: [] },
      { now, ...ORIGIN },
    );
    expect(await agentCreator(ada, byKey)).toEqual({ kind: "key", name: "Import" });
  });
});
