import { randomUUID } from "node:crypto";

import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { type Reason, REASONS } from "@/lib/errors/reasons";
import { STATUS } from "@/lib/errors/codes";
import type { ApiOrganisation, TokenIssuer } from "@/tests/support/access-tokens";
import { DatabaseWire } from "@/tests/support/database-wire";
import type { Answer } from "@/tests/support/public-api";

const [TENANT, DISABLED, FULL, MAKING, BUSY] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];
const [LIMIT, NEW_KEYS, IN_USE] = [100, 8, 8];
const AGENT = { name: "Made", trigger_type: "NONE", actions: [] };
const HOUR_MS = 3_600_000;

// Imported after the settings, including the database's URL, are set.
let api: Awaited<ReturnType<typeof load>>;
let wire: DatabaseWire;
let issuer: TokenIssuer;
let org: ApiOrganisation;

async function load() {
  const [{ dispatch }, { call, makeKey }, tokens, { databaseNow, listPool, prisma }, handler, { startApiServer }] =
    await Promise.all([
      import("@/tests/support/router"),
      import("@/tests/support/public-api"),
      import("@/tests/support/access-tokens"),
      import("@/lib/db/client"),
      import("@/lib/public-api/create-route"),
      import("@/tests/support/api-server"),
    ]);
  return { dispatch, call, startApiServer, makeKey, ...tokens, databaseNow, listPool, prisma, ...handler };
}

beforeAll(async () => {
  wire = new DatabaseWire(process.env.DATABASE_URL ?? "");
  await wire.mend();
  Object.assign(process.env, {
    DATABASE_URL: wire.url,
    TENANTS: [TENANT, DISABLED, FULL, MAKING, BUSY].join(),
    UNAUTHENTICATED_LIMIT_PER_MINUTE: "1",
    RATE_LIMIT_PER_MINUTE: String(LIMIT),
    KEYS_IN_USE_LIMIT: String(IN_USE),
    NEW_KEYS_PER_MINUTE: String(NEW_KEYS),
  });
  api = await load();
  issuer = await api.startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  org = await api.newApiOrganisation(issuer, TENANT, "Reasons");
});
afterAll(async () => {
  await issuer.stop();
  await wire.cut();
});

interface Sent {
  readonly as?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** The raw body, instead of `body` as JSON. */
  readonly raw?: BodyInit;
}

const WITH_BODY = new Set(["POST", "PUT"]);

function send(method: string, path: string, { as = org.as.key, headers, body = AGENT, raw }: Sent = {}) {
  const all = { Authorization: `Bearer ${as}`, "Content-Type": "application/json", ...headers };
  const sent = WITH_BODY.has(method) ? { body: raw ?? JSON.stringify(body) } : {};
  return api.dispatch(new Request(`http://localhost/public-api${path}`, { method, headers: all, ...sent }));
}

const me = (as: string) => send("GET", "/me", { as });
const post = (sent: Sent) => send("POST", "/agents", sent);

/** A key of the organisation with these times, in milliseconds from now. */
async function keyWith(offsets: Partial<Record<"expiresAt" | "rotatedAt" | "graceEndsAt" | "revokedAt", number>>) {
  const now = (await api.databaseNow()).getTime();
  const moments = Object.entries(offsets).map(([name, offset]) => [name, new Date(now + offset)]);
  return api.makeKey(org, { createdAt: new Date(now - HOUR_MS), ...(Object.fromEntries(moments) as object) });
}

const rotate = (id: string, headers: Record<string, string> = {}) =>
  send("POST", `/api-keys/${id}/rotate`, { as: org.as.Admin, headers });

async function overTheWire(...lines: string[]) {
  const server = await api.startApiServer();
  const answer = await server.ask(...lines);
  await server.stop();
  return answer;
}

/** An application's token. @param binding of an application that is bound */
async function applicationToken(binding?: Partial<Record<"expiresAt" | "networks" | "role", unknown>>) {
  const [oid, clientId] = [randomUUID(), randomUUID()];
  if (binding) {
    const { tenantId, memberId: boundById } = org;
    const row = {
      id: randomUUID(),
      tenantId,
      oid,
      clientId,
      name: "Sync",
      role: "Integration",
      boundAt: new Date(),
      boundById,
    };
    await api.prisma().application.create({ data: { ...row, ...binding } as never });
  }
  return issuer.tokenOf({ tid: org.entra, oid }, { scp: undefined, sub: oid, azp: clientId });
}

/** A token of the Admin, who signed in a day ago. */
async function oldToken(): Promise<string> {
  const { oid } = await api.prisma().member.findUniqueOrThrow({ where: { id: org.memberId } });
  const auth_time = Math.floor(Date.now() / 1000) - 86_400;
  return issuer.tokenOf({ tid: org.entra, oid: oid ?? "" }, { auth_time });
}

const CASES: Readonly<Record<Reason, () => Promise<Pick<Answer, "status" | "body">>>> = {
  // Must be first: fetched signing keys are cached.
  identity_provider_unavailable: async () => {
    issuer.failing = true;
    const answer = await me(org.as.Admin);
    issuer.failing = false;
    return answer;
  },
  malformed_request: () => overTheWire("GET /public-api/me HTTP/1.1", "Host: a", "Host: b"),
  malformed_query: () => overTheWire("GET /public-api/me?q=%zz HTTP/1.1", "Host: a"),
  too_many_headers: () =>
    overTheWire("GET /public-api/me HTTP/1.1", "Host: a", ...Array.from({ length: 1_000 }, (_, n) => `x${n}: 1`)),
  headers_too_large: () => overTheWire("GET /public-api/me HTTP/1.1", `X: ${"x".repeat(20_000)}`),
  request_timeout: async () => {
    const server = await api.startApiServer({ "first byte": 1_000, head: 100, body: 100, answer: 1_000, check: 50 });
    const answer = await server.raw("GET /public-api/me HTTP/1.1\r\n");
    await server.stop();
    return answer;
  },
  repeated_authorization: () => me(`${org.as.key}, Bearer ${org.as.key}`),
  invalid_parameter: () => send("GET", "/agents?page_size=0"),
  invalid_cursor: () => send("GET", "/agents?cursor=altered"),
  invalid_idempotency_key: () => post({ headers: { "Idempotency-Key": "with blank" } }),
  empty_body: () => post({ raw: " " }),
  invalid_json: () => post({ raw: "{" }),
  invalid_utf8: () => post({ raw: new Uint8Array([0x22, 0xff, 0x22]) }),
  missing: () => me(""),
  malformed: () => me("nonsense"),
  wrong_environment: () => me(`neo_sk_other_${"A".repeat(24)}`),
  unknown: () => me(`neo_sk_test_${"A".repeat(24)}`),
  expired: async () => me((await keyWith({ expiresAt: -1_000 })).key),
  revoked: async () => me((await keyWith({ revokedAt: -1_000 })).key),
  rotated_out: async () => me((await keyWith({ rotatedAt: -2_000, graceEndsAt: -1_000 })).key),
  fresh_sign_in_required: async () => send("POST", "/api-keys", { as: await oldToken(), body: { name: "Too late" } }),
  key_not_allowed: () => send("GET", "/api-keys"),
  key_read_only: async () => {
    const { key } = await api.makeKey(org, { readOnly: true });
    return post({ as: key });
  },
  role_required: () => post({ as: org.as.Viewer }),
  application_not_bound: async () => me(await applicationToken()),
  application_expired: async () => me(await applicationToken({ expiresAt: new Date(0) })),
  application_role: async () => send("GET", "/agents", { as: await applicationToken({ role: "Auditor" }) }),
  // The organisation doesn't allow them unless an admin says so.
  key_managers_disallowed: async () => me(await applicationToken({ role: "KeyManager" })),
  network_not_allowed: async () => me(await applicationToken({ networks: ["192.0.2.0/24"] })),
  organisation_disabled: async () => {
    const { tenantId, as } = await api.newApiOrganisation(issuer, DISABLED, "Disabled");
    await api.prisma().tenant.update({ where: { id: tenantId }, data: { enabled: false } });
    return me(as.key);
  },
  personal_account: async () => me(await issuer.tokenOf({ tid: PERSONAL_TENANT, oid: randomUUID() })),
  unknown_path: () => send("GET", "/nope"),
  not_found: () => send("GET", `/agents/${uuidv7()}`),
  method_not_allowed: () => send("PATCH", "/me"),
  in_progress: async () => {
    const headers = { "Idempotency-Key": randomUUID() };
    await post({ headers });
    // Simulates a first call that is still running.
    const where = { key: headers["Idempotency-Key"] };
    await api.prisma().idempotencyKey.updateMany({ where, data: { answeredAt: null } });
    const answer = await post({ headers });
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    return answer;
  },
  already_made: async () => {
    const { id } = await keyWith({});
    const headers = { "Idempotency-Key": randomUUID() };
    const made = await rotate(id, headers);
    const answer = await rotate(id, headers);
    expect(answer.body.error.details).toMatchObject({ id: (made.body.data as { id: string }).id });
    return answer;
  },
  already_rotated: async () => {
    const { id } = await keyWith({});
    const made = await rotate(id);
    const answer = await rotate(id);
    expect(answer.body.error.details).toMatchObject({ successor_id: (made.body.data as { id: string }).id });
    return answer;
  },
  already_revoked: async () => rotate((await keyWith({ revokedAt: -1_000 })).id),
  already_expired: async () => rotate((await keyWith({ expiresAt: -1_000 })).id),
  immutable_field: async () => {
    const made = await post({});
    const { id } = made.body.data as { id: string };
    return send("PUT", `/agents/${id}`, { body: { autonomy_type: "AGENTIC" } });
  },
  key_limit_reached: async () => {
    const { as, ...full } = await api.newApiOrganisation(issuer, FULL, "Full");
    const createdAt = new Date((await api.databaseNow()).getTime() - 2 * 60_000);
    for (let n = 1; n < IN_USE; n++) await api.makeKey(full, { createdAt });
    return send("POST", "/api-keys", { as: as.Admin, body: { name: "One too many" } });
  },
  body_too_large: () => post({ raw: `"${"x".repeat(65_536)}"` }),
  etag_mismatch: async () => {
    const { id } = (await post({})).body.data as { id: string };
    return send("PUT", `/agents/${id}`, { headers: { "If-Match": '"older"' }, body: { name: "Changed" } });
  },
  unsupported_content_encoding: async () => {
    const answer = await post({ headers: { "Content-Encoding": "gzip" } });
    expect(answer.headers.get("accept-encoding")).toBe("identity");
    return answer;
  },
  invalid_range: () =>
    send("GET", "/audit-events?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", { as: org.as.Admin }),
  unsupported_content_type: () => post({ headers: { "Content-Type": "text/plain" } }),
  invalid_field: () => post({ body: {} }),
  idempotency_key_reused: async () => {
    const headers = { "Idempotency-Key": randomUUID() };
    await post({ headers });
    return post({ headers, body: { ...AGENT, name: "Another" } });
  },
  organisation_limit: async () => {
    const { as } = await api.newApiOrganisation(issuer, BUSY, "Busy");
    await Promise.all(Array.from({ length: LIMIT }, () => me(as.key)));
    return me(as.key);
  },
  address_limit: async () => {
    const headers = { "x-neo-client-address": "203.0.113.1" };
    await send("GET", "/me", { as: "nonsense", headers });
    return send("GET", "/me", { as: "nonsense", headers });
  },
  new_key_limit: async () => {
    const { as, ...busy } = await api.newApiOrganisation(issuer, MAKING, "Making");
    for (let n = 1; n < NEW_KEYS; n++) await api.makeKey(busy);
    return send("POST", "/api-keys", { as: as.Admin, body: { name: "One too soon" } });
  },
  internal_error: () => {
    const { GET } = api.createRoute("/public-api/crash", {
      GET: api.operation({
        operationId: "testReason",
        summary: "Crash",
        tag: "Service",
        allow: "anyone",
        data: z.null(),
        handler: () => {
          throw new Error("crash");
        },
      }),
    });
    return api.call(GET, "/public-api/crash");
  },
  database_unavailable: async () => {
    await wire.cut();
    const answer = await me(org.as.key);
    await wire.mend();
    return answer;
  },
  lists_busy: async () => {
    const pool = api.listPool();
    const run = pool.run.bind(pool);
    const slow = vi.spyOn(pool, "run").mockImplementation(async (...asked) => {
      await new Promise((resolve) => setTimeout(resolve, 3_500));
      return await run(...asked);
    });
    const answers = await Promise.all([1, 2, 3].map((size) => send("GET", `/agents?page_size=${size}`)));
    slow.mockRestore();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 503]);
    const refused = answers[2]!;
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(refused.body.error.message).not.toContain("database");
    return refused;
  },
};

describe("every reason of the API's refusals", () => {
  it.each(Object.keys(CASES) as Reason[])("%s is returned with its code's status and its page", async (reason) => {
    const [code] = REASONS[reason];
    const { status, body } = await CASES[reason]();
    expect(body.error.doc_url).toBe(`http://localhost:3000/api-reference#error-${reason}`);
    expect([status, body.error.code, body.error.details.reason]).toEqual([STATUS[code], code, reason]);
  });
});
