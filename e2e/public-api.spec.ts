import { randomUUID } from "node:crypto";

import { accessToken, callApi, createKey, expect, signIn, TENANTS, test } from "./fixtures";

interface Envelope {
  data?: unknown;
  error?: { code: string; message: string; details?: Record<string, unknown> };
  meta: { request_id: string; pagination?: { has_more: boolean; next_cursor: string | null } };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function open(response: Response): Promise<Envelope> {
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  const body = (await response.json()) as Envelope;
  expect(body.meta.request_id).toMatch(UUID);
  expect(response.headers.get("x-request-id")).toBe(body.meta.request_id);
  expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  return body;
}

test("health answers anyone", async () => {
  const response = await callApi("/public-api/health");
  expect(response.status).toBe(200);
  await open(response);
});

test("me says who a key is", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Who am I", "30 days");
  const { data } = await open(await callApi("/public-api/me", key));
  expect(JSON.stringify(data)).toContain("Who am I");
  expect(JSON.stringify(data)).toContain(key.slice(-4));
  expect(JSON.stringify(data)).toContain("Contoso");
  expect(JSON.stringify(data)).not.toContain(key.slice(-24));
  const [stored] = await db.query<{ expires_at: Date }>("select expires_at from api_keys");
  expect(JSON.stringify(data)).toContain(stored?.expires_at.toISOString());
});

test("agents are paged by cursor: every agent once", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Pager");
  const all = (await open(await callApi("/public-api/agents?page_size=200", key))).data as { id: string }[];
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const body: Envelope = await open(await callApi(`/public-api/agents?page_size=7${query}`, key));
    seen.push(...(body.data as { id: string }[]).map((agent) => agent.id));
    cursor = body.meta.pagination?.next_cursor ?? null;
    expect(body.meta.pagination?.has_more).toBe(cursor !== null);
  } while (cursor);
  expect(seen).toEqual(all.map((agent) => agent.id));

  const first = await open(await callApi("/public-api/agents?page_size=7", key));
  const altered = `${first.meta.pagination?.next_cursor?.slice(0, -2) ?? ""}xx`;
  expect((await callApi(`/public-api/agents?page_size=7&cursor=${altered}`, key)).status).toBe(400);
  for (const query of ["page_size=0", "page_size=201", "page_size=many", "nope=1", "cursor=nope"]) {
    const refused = await callApi(`/public-api/agents?${query}`, key);
    expect(refused.status, query).toBe(400);
    expect((await open(refused)).error?.code).toBe("BAD_REQUEST");
  }
});

test("a 401 says which of missing, malformed, unknown, expired, revoked or rotated out it was", async ({
  page,
  db,
}) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Many ends", "30 days");
  const unknown = `neo_sk_prod_${"A".repeat(24)}`;
  const cases: [string, string | undefined, RegExp][] = [
    ["missing", undefined, /Authorization/],
    ["malformed", "Bearer not-a-key", /neither an API key nor an access token/],
    ["another scheme", `Basic ${Buffer.from("a:b").toString("base64")}`, /Bearer/],
    ["unknown", `Bearer ${unknown}`, /unknown|no such|does not exist|not known/i],
    ["another environment", `Bearer ${unknown.replace("prod", "stage")}`, /stage[\s\S]*prod|prod[\s\S]*stage/],
  ];
  for (const [what, authorization, message] of cases) {
    const response = await callApi("/public-api/me", undefined, { headers: authorization ? { authorization } : {} });
    expect(response.status, what).toBe(401);
    const challenge = response.headers.get("www-authenticate") ?? "";
    expect(challenge).toContain('Bearer realm="neo"');
    expect(challenge.includes('error="invalid_token"'), what).toBe(what !== "missing");
    const { error } = await open(response);
    expect(error?.code, what).toBe("UNAUTHORIZED");
    expect(error?.message, what).toMatch(message);
  }
  await db.age("Many ends", "30 days");
  expect((await open(await callApi("/public-api/me", key))).error?.message).toContain("expired");
  await db.query("update api_keys set revoked_at = now(), revoked_by_id = created_by_id");
  expect((await open(await callApi("/public-api/me", key))).error?.message).toContain("revoked");
});

test("only the Authorization header counts: no query parameter, no cookie, no other header", async ({
  page,
  context,
}) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Only the header");
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const attempts: [string, RequestInit][] = [
    [`/public-api/agents?api_key=${key}`, {}],
    [`/public-api/agents?access_token=${key}`, {}],
    ["/public-api/agents", { headers: { cookie } }],
    ["/public-api/agents", { headers: { cookie: `api_key=${key}` } }],
    ["/public-api/agents", { headers: { "x-api-key": key } }],
  ];
  for (const [path, init] of attempts)
    expect((await callApi(path, undefined, init)).status, path.split("?")[0]).toBe(401);

  // A tenant header or field is ignored; the key decides.
  const tenants = await Promise.all(
    [new Headers(), new Headers({ "x-tenant-id": TENANTS.fabrikam })].map(async (headers) =>
      JSON.stringify(
        ((await open(await callApi("/public-api/me", key, { headers }))).data as { tenant: unknown }).tenant,
      ),
    ),
  );
  expect(tenants[1]).toBe(tenants[0]);
});

test("unknown paths and wrong methods answer in the envelope, never with a page", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const key = await createKey(page, "Odd calls");
  for (const [method, path, status, code] of [
    ["GET", "/public-api", 404, "NOT_FOUND"],
    ["GET", "/public-api/nope", 404, "NOT_FOUND"],
    // The benchmark's route, which only the benchmark's build has.
    ["GET", "/public-api/bare", 404, "NOT_FOUND"],
    ["GET", "/public-api/agents/nope/deeper", 404, "NOT_FOUND"],
    ["PATCH", "/public-api/me", 405, "METHOD_NOT_ALLOWED"],
    ["DELETE", "/public-api/agents", 405, "METHOD_NOT_ALLOWED"],
  ] as const) {
    const response = await callApi(path, key, { method });
    expect(response.status, `${method} ${path}`).toBe(status);
    expect((await open(response)).error?.code).toBe(code);
    if (status === 405) expect(response.headers.get("allow")).toContain("GET");
  }
});

test("a browser of another site gets no CORS permission", async () => {
  const headers = { origin: "https://elsewhere.example", "access-control-request-method": "GET" };
  for (const method of ["OPTIONS", "GET"]) {
    const response = await callApi("/public-api/agents", undefined, { method, headers });
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  }
});

test.describe("an Idempotency-Key", () => {
  test.afterEach(({ db }) => db.query("delete from agents where name = 'Made once'"));

  const AGENT = { name: "Made once", trigger_type: "NONE", autonomy_type: "AGENTIC" };
  /** Posts as a retry does: the same body, the same Idempotency-Key. */
  const post = async (address: string, token: string, idempotencyKey: string, body?: object) => {
    const headers = { "content-type": "application/json", "idempotency-key": idempotencyKey };
    const init = { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await callApi(address, token, init);
    const { data, error } = await open(response);
    const { id = "", key = "" } = (data ?? {}) as { id?: string; key?: string };
    return { status: response.status, replayed: response.headers.get("idempotency-replayed"), id, key, error };
  };

  test("belongs to an API key's lineage: a retry with the key that replaced it makes nothing again", async () => {
    const admin = await accessToken("Contoso Admin");
    const first = await post("/public-api/api-keys", admin, randomUUID(), { name: "Before the rotation" });
    const other = await post("/public-api/api-keys", admin, randomUUID(), { name: "Of another lineage" });
    const retry = randomUUID();
    const made = await post("/public-api/agents", first.key, retry, AGENT);
    expect([made.status, made.replayed]).toEqual([201, null]);
    let current = first;
    for (let rotations = 1; rotations <= 2; rotations++) {
      current = await post(`/public-api/api-keys/${current.id}/rotate`, admin, randomUUID());
      const again = await post("/public-api/agents", current.key, retry, AGENT);
      expect([again.status, again.replayed, again.id]).toEqual([201, "true", made.id]);
    }
    const theirs = await post("/public-api/agents", other.key, retry, AGENT);
    expect([theirs.status, theirs.replayed]).toEqual([201, null]);
    expect(theirs.id).not.toBe(made.id);
  });

  test("belongs to a person whatever their token: a retry with a new one makes nothing again", async () => {
    const before = await accessToken("Contoso Admin");
    const renewed = await accessToken("Contoso Admin");
    expect(renewed).not.toBe(before);
    const retry = randomUUID();
    const made = await post("/public-api/agents", before, retry, AGENT);
    const again = await post("/public-api/agents", renewed, retry, AGENT);
    expect([again.status, again.replayed, again.id]).toEqual([201, "true", made.id]);
    const key = await post("/public-api/api-keys", before, retry, { name: "Made once" });
    const second = await post("/public-api/api-keys", renewed, retry, { name: "Made once" });
    expect([key.status, second.status]).toEqual([201, 409]);
    expect(second.error?.details).toMatchObject({ reason: "already_made", id: key.id });
    const colleague = await post("/public-api/agents", await accessToken("Contoso User"), retry, AGENT);
    expect([colleague.status, colleague.replayed]).toEqual([201, null]);
    expect(colleague.id).not.toBe(made.id);
  });
});
