// Extra fields that the sender can't choose.
import {
  builtActions,
  forgetTargets,
  newTargets,
  outcomeOf,
  personOf,
  postAction,
  reaches,
  ROLES,
  sessionOf,
} from "../access-calls";
import { ACTIONS, stateOf } from "../access-table";
import { accessToken, callApi, type Database, expect, TENANTS, test } from "../fixtures";

import { tried } from "./tried";

test.afterEach(({ db }) => forgetTargets(db));

interface Foreign {
  readonly id: string;
  readonly tenant_id: string;
}

/** The extra fields as JSON: an object literal would lose `__proto__`. @param foreign an admin of another organisation */
function extras(foreign: Foreign): string[] {
  const id = JSON.stringify(foreign.tenant_id);
  const member = JSON.stringify(foreign.id);
  const power = `{"tenantId":${id},"tenant_id":${id},"role":"Admin","memberId":${member},"isAdmin":true}`;
  return [
    ...["tenantId", "tenant_id", "tid", "organisationId"].map((name) => `"${name}":${id}`),
    `"tenant":{"id":${id},"connect":{"id":${id}}}`,
    ...[
      "userId",
      "user_id",
      "createdById",
      "created_by_id",
      "createdByMemberId",
      "created_by_member_id",
      "ownerId",
    ].map((name) => `"${name}":${member}`),
    `"createdBy":{"connect":{"id":${member}}}`,
    ...["actor", "user", "caller", "session"].map((name) => `"${name}":${power}`),
    `"isAdmin":true,"roles":["Admin"],"sub":${member},"oid":${member}`,
    `"hash":"00","last4":"AAAA","key":"neo_sk_prod_${"A".repeat(24)}","environment":"prod","lineageId":${member}`,
    `"__proto__":${power}`,
    `"constructor":{"prototype":${power}}`,
    `"prototype":${power},"toString":${power},"hasOwnProperty":true`,
  ];
}

/** An object's JSON with extra fields before or after its own. */
const withMore = (input: unknown, more: string) => {
  const own = JSON.stringify(input).slice(1, -1);
  return [`{${[own, more].filter(Boolean).join(",")}}`, `{${[more, own].filter(Boolean).join(",")}}`];
};

/** Every member's role, and the owner of everything that the table's calls create. */
async function standing(db: Database) {
  const roles = await db.query("select id, role, tenant_id from members where name not like 'Table%' order by id");
  const owners = await db.query<{ kind: string; tenant: string; name: string }>(
    `select distinct 'agent' as kind, t.name as tenant, m.name from agents a join tenants t on t.id = a.tenant_id
       left join members m on m.id = a.created_by_member_id where a.name = 'Made by the table'
     union select distinct 'key', t.name, m.name from api_keys k join tenants t on t.id = k.tenant_id
       join members m on m.id = k.created_by_id order by 1, 2, 3`,
  );
  return { roles, owners };
}

async function foreignAdmin(db: Database): Promise<Foreign> {
  const [row] = await db.query<Foreign>("select id, tenant_id from members where name = 'Fabrikam Admin'");
  if (!row) throw new Error("there is no Fabrikam Admin");
  return row;
}

test("mass assignment of tenant, role, person and owner has no effect in the API", async ({ db }) => {
  const foreign = await foreignAdmin(db);
  const tokens = { Admin: await accessToken("Contoso Admin"), User: await accessToken("Contoso User") };
  const { agentId } = await newTargets(db, null);
  const agent = { name: "Made by the table", trigger_type: "NONE", actions: [] };
  const theirs = await stateOf(db, TENANTS.fabrikam);
  const { roles } = await standing(db);
  const statuses: number[] = [];
  const send = async (method: string, path: string, token: string, body: string) => {
    const { status } = await callApi(path, token, { method, body, headers: { "content-type": "application/json" } });
    statuses.push(status);
    // Ignored or refused by name, never a server error.
    expect([200, 201, 422], `${method} ${path} ${body}`).toContain(status);
  };
  for (const more of extras(foreign)) {
    for (const body of withMore(agent, more)) await send("POST", "/public-api/agents", tokens.User, body);
    for (const body of withMore({ description: "changed" }, more))
      await send("PUT", `/public-api/agents/${agentId}`, tokens.User, body);
    await send("POST", "/public-api/api-keys", tokens.Admin, withMore({ name: "Made by the table" }, more)[0] ?? "");
  }
  // Most calls succeed on the caller's own data: unknown fields are ignored.
  expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(statuses.length / 2);
  expect(await stateOf(db, TENANTS.fabrikam)).toEqual(theirs);
  expect(await standing(db)).toEqual({
    roles,
    owners: [
      { kind: "agent", tenant: "Contoso", name: "Contoso User" },
      { kind: "key", tenant: "Contoso", name: "Contoso Admin" },
    ],
  });
  expect(await db.query("select 1 from api_keys where name = 'Made by the table' and last4 = 'AAAA'")).toEqual([]);
  expect((await callApi("/public-api/me", `neo_sk_prod_${"A".repeat(24)}`)).status).toBe(401);
  // No prototype is polluted: a caller without a role still has none.
  expect((await callApi("/public-api/api-keys", await accessToken("Contoso Viewer"))).status).toBe(403);
  tried(statuses.length);
});

test("mass assignment of tenant, role, person and owner has no effect in server actions", async ({ db }) => {
  const foreign = await foreignAdmin(db);
  const fields = extras(foreign);
  const inherited = fields.filter((one) => /^"(?:__proto__|constructor|prototype)"/.test(one));
  const plain = fields.filter((one) => !inherited.includes(one) && !/"(?:role|memberId)":/.test(one)).join(",");
  const theirs = await stateOf(db, TENANTS.fabrikam);
  const { roles } = await standing(db);
  let attempts = 0;
  for (const [name, row] of Object.entries(ACTIONS)) {
    const action = builtActions().get(name);
    if (!action) throw new Error(`${name} is not in the build`);
    for (const more of [plain, ...inherited]) {
      for (const role of ROLES) {
        const targets = await newTargets(db, personOf(role));
        const { cookie } = await sessionOf(db, personOf(role));
        const [body = ""] = withMore(row.input(targets), more);
        const outcome = outcomeOf(await postAction(action, `[${body}]`, { cookie }));
        attempts++;
        const what = `${name} as ${role} with ${more.slice(0, 60)}`;
        // Refused before parsing, ignored, or refused by zod.
        if (more.startsWith('"__proto__"')) expect(outcome, what).toBe("400");
        else if (!reaches(role, row.least)) expect(outcome, what).toBe("FORBIDDEN");
        else expect(["OK", "UNPROCESSABLE"], what).toContain(outcome);
      }
    }
    expect(await stateOf(db, TENANTS.fabrikam), name).toEqual(theirs);
    const now = await standing(db);
    expect(now.roles, name).toEqual(roles);
    expect(new Set(now.owners.map(({ tenant }) => tenant)), name).toEqual(new Set(["Contoso"]));
    await forgetTargets(db);
  }
  tried(attempts);
});
