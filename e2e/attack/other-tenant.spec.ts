// Another organisation's ids and text where the access table doesn't reach: filters, cursors, searches, exports, replays.
import { forgetTargets, newTargets, open, renderedForOf, sessionOf } from "../access-calls";
import { OPERATIONS, stateOf } from "../access-table";
import { accessToken, callApi, expect, setting, TENANTS, test } from "../fixtures";

import { tried } from "./tried";

test.afterEach(({ db }) => forgetTargets(db));

test("another organisation's ids find nothing in filters, cursors, searches, exports and replays", async ({ db }) => {
  const [ours, theirs] = [await accessToken("Contoso Admin"), await accessToken("Fabrikam Admin")];
  const targets = await newTargets(db, "Contoso Admin");
  const [member] = await db.query<{ id: string; tenant_id: string }>(
    "select id, tenant_id from members where name = 'Contoso Admin'",
  );
  const { id: memberId = "", tenant_id: tenantId = "" } = member ?? {};
  const { cookie } = await sessionOf(db, "Fabrikam Admin");
  const own = (await sessionOf(db, "Contoso Admin")).cookie;
  let attempts = 0;
  const attempt = async (path: string, init: RequestInit = {}) => {
    attempts++;
    const response = await callApi(path, theirs, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const secrets = ["Contoso", targets.keyName, targets.agentName, memberId, targets.keyId, targets.agentId, tenantId];
  const leaks: string[] = [];
  const hides = (text: string, what: string, asked: readonly string[] = []) => {
    for (const secret of secrets)
      if (!asked.includes(secret) && text.includes(secret)) leaks.push(`${secret}: ${what}`);
  };

  // A cursor of the other organisation's list.
  await callApi("/public-api/agents", ours, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "shared-by-both" },
    body: JSON.stringify({ name: "Made by the table", trigger_type: "NONE", actions: [] }),
  });
  for (const list of ["agents", "api-keys", "audit-events"]) {
    await newTargets(db, null);
    const { meta } = (await (await callApi(`/public-api/${list}?page_size=1`, ours)).json()) as {
      meta: { pagination: { next_cursor: string } };
    };
    expect(meta.pagination.next_cursor, `${list} has a second page`).toBeTruthy();
    const cursor = encodeURIComponent(meta.pagination.next_cursor);
    expect((await callApi(`/public-api/${list}?page_size=1&cursor=${cursor}`, ours)).status).toBe(200);
    expect((await attempt(`/public-api/${list}?page_size=1&cursor=${cursor}`)).status, list).toBe(400);
  }

  // The other tenant, under every plausible parameter name, on every operation that accepts a person's token.
  for (const name of ["tenant", "tenant_id", "tenantId", "tid", "organisation", "client_id"]) {
    const refused = await attempt(`/public-api/agents?${name}=${tenantId}`);
    // Names from the contract are ignored, others are unknown parameters.
    expect([200, 400], name).toContain(refused.status);
    hides(refused.text, name);
    for (const operation of Object.keys(OPERATIONS).filter((key) => key.startsWith("GET ") && !key.includes("{"))) {
      const headers = { [`x-${name.replace("_", "-")}`]: tenantId, [name.replace("_", "-")]: TENANTS.contoso };
      const answer = await attempt(operation.slice(4), { headers });
      expect(answer.status, operation).toBe(200);
      // The OpenAPI document's example of an organisation.
      if (!operation.endsWith("openapi.json")) hides(answer.text, `${operation} with ${name}`);
    }
  }

  // The other organisation's ids in other spellings, some of which aren't documented paths.
  const others: [method: string, path: string][] = [];
  for (const id of [targets.agentId, targets.keyId, memberId, tenantId]) {
    for (const spelling of [
      id,
      id.toUpperCase(),
      id.replaceAll("-", ""),
      `{${id}}`,
      `${id}%00`,
      `${id}%20`,
      `urn:uuid:${id}`,
    ])
      for (const [method, path] of [
        ["GET", `/public-api/agents/${spelling}`],
        ["DELETE", `/public-api/agents/${spelling}`],
        ["DELETE", `/public-api/api-keys/${spelling}`],
        ["POST", `/public-api/api-keys/${spelling}/rotate`],
      ] as const)
        others.push([method, path]);
  }
  for (const [method, path] of others) {
    const headers = { authorization: `Bearer ${theirs}` };
    const response = await fetch(setting("NEO_E2E_URL") + path, { method, headers, redirect: "manual" });
    expect([response.status, (await response.text()).includes("NOT_FOUND")], `${method} ${path}`).toEqual([404, true]);
    attempts++;
  }

  // The other organisation's actions and text.
  const events = await attempt(`/public-api/audit-events?actor=${memberId}`);
  expect(JSON.parse(events.text)).toMatchObject({ data: [] });
  const found = await attempt(`/public-api/agents?q=${encodeURIComponent(targets.agentName)}`);
  expect(JSON.parse(found.text)).toMatchObject({ data: [] });
  const filters = [
    `q=${encodeURIComponent(targets.keyName)}`,
    `actor=${memberId}`,
    `q=${targets.agentId}`,
    "q=Contoso",
  ];
  const page = await renderedForOf(db, "Fabrikam Admin");
  const addresses = [
    ...["/roles-access/api-keys", "/roles-access/members", "/roles-access/audit-log", "/agents"],
    ...["csv", "ndjson"].map((format) => `/roles-access/audit-log/export?format=${format}&for=${page}`),
  ];
  for (const address of addresses) {
    for (const filter of filters) {
      const at = `${address}${address.includes("?") ? "&" : "?"}${filter}`;
      const asked = [decodeURIComponent(filter.replace(/^\w+=/, ""))];
      for (const rsc of [false, true]) {
        attempts++;
        hides((await open(at, cookie, rsc)).text.replaceAll("admin@contoso", ""), at, asked);
      }
    }
  }
  // Its owner finds it there, so the searches could have found it.
  const ownPage = await renderedForOf(db, "Contoso Admin");
  const ownFile = `/roles-access/audit-log/export?format=csv&actor=${memberId}&for=${ownPage}`;
  expect((await open(ownFile, own)).text).toContain(memberId);
  expect((await open("/roles-access/members?q=Contoso", own)).text).toContain("Contoso User");
  expect((await open(`/agents?q=${targets.agentName}`, own)).text).toContain(targets.agentId);

  // The same Idempotency-Key in each tenant.
  const repeated = await attempt("/public-api/agents", {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "shared-by-both" },
    body: JSON.stringify({ name: "Made by the table", trigger_type: "NONE", actions: [] }),
  });
  expect([repeated.status, repeated.headers.get("idempotency-replayed")]).toEqual([201, null]);
  for (const id of [targets.keyId, targets.agentId])
    expect(JSON.stringify(await stateOf(db, TENANTS.contoso))).toContain(id);
  expect(leaks).toEqual([]);
  tried(attempts);
});
