// Arbitrary input never causes a 5xx or a page, always the documented envelope (dispatch checks that). A failure prints its seed
// and path: pass both to fc.assert to reproduce the inputs.
import { randomUUID } from "node:crypto";

import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

import { databaseNow, prisma } from "@/lib/db/client";
import { registeredPaths } from "@/lib/public-api/registry";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
} from "@/tests/support/access-tokens";
import { type Answer, makeKey } from "@/tests/support/public-api";
import { dispatch, METHODS, PATHS } from "@/tests/support/router";

const ENTRA = [randomUUID(), randomUUID()] as const;
// lib/config/env reads it on first use, in the first test.
Object.assign(process.env, { TENANTS: ENTRA.join(","), RATE_LIMIT_PER_MINUTE: "1000000" });

const RUNS = 120;

let issuer: TokenIssuer;
let ours: ApiOrganisation;
let theirs: ApiOrganisation;
/** Ids for paths: the organisation's own, another organisation's, and unknown ones. */
let ids: string[];

async function someIds({ tenantId, memberId }: ApiOrganisation): Promise<string[]> {
  const now = await databaseNow();
  const agent = { tenantId, createdByMemberId: memberId, triggerType: "NONE" as const, createdAt: now, updatedAt: now };
  const agents = Array.from({ length: 3 }, (_, n) => ({ ...agent, id: uuidv7(), name: `Agent ${n}` }));
  await prisma().agent.createMany({ data: agents });
  const { id } = await makeKey({ tenantId, memberId }, { name: "To be revoked" });
  return [...agents.map((made) => made.id), id];
}

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  ours = await newApiOrganisation(issuer, ENTRA[0], "Ours");
  theirs = await newApiOrganisation(issuer, ENTRA[1], "Theirs");
  ids = [...(await someIds(ours)), ...(await someIds(theirs)), uuidv7()];
});
afterAll(() => issuer.stop());

/** An arbitrary JavaScript string, with a bias to characters that break parsers, databases and terminals. */
const TROUBLE = ["\0", "\ud800", "\udfff", "\u202e", "\u2028", "\ufeff", "%", "'", "\\", "<script>", "__proto__"];
const text = (maxLength = 40) =>
  fc.string({
    unit: fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.constantFrom(...TROUBLE) },
    ),
    maxLength,
  });
/** Valid header bytes: all but NUL, CR and LF. */
const fieldText = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map((byte) => (byte === 10 || byte === 13 ? " " : String.fromCharCode(byte))),
  maxLength: 60,
});
const numbers = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(1e308, 5e-324, -1, 2 ** 53, 1e21));
const json = fc.anything({
  key: fc.oneof(text(10), fc.constantFrom("__proto__", "constructor", "toString", "")),
  values: [text(), numbers, fc.boolean(), fc.constant(null)],
  maxDepth: 4,
});

interface Sent {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
}

/** Sends a request and expects no internal error; GET and HEAD have no body. */
async function send<Data = unknown>(path: string, { method = "GET", token, headers = {}, body }: Sent = {}) {
  const fields = new Headers(token === undefined ? {} : { Authorization: `Bearer ${token}` });
  for (const [name, value] of Object.entries(headers)) fields.set(name, value);
  const bodiless = method === "GET" || method === "HEAD" || body === undefined;
  const request = new Request(`http://localhost${path}`, { method, headers: fields, ...(bodiless ? {} : { body }) });
  const answer = await dispatch<Data>(request);
  expect(answer.status, answer.text).toBeLessThan(500);
  return answer;
}

const sendJson = <Data = unknown>(method: string, path: string, body: unknown, more: Sent = {}) =>
  send<Data>(path, {
    ...more,
    method,
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...more.headers },
  });

/** Checks a property; fast-check shrinks a failing input and prints the seed. */
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns = RUNS) =>
  fc.assert(fc.asyncProperty(arbitrary, check), { numRuns });

/** A text with one character replaced, removed or repeated. */
const mutated = (original: () => string) =>
  fc.tuple(fc.nat(), fc.constantFrom("", "A", "_", ".", "=", "é", " ", ","), fc.nat(2)).map(([n, put, how]) => {
    const whole = original();
    const at = n % whole.length;
    return whole.slice(0, at) + (how === 2 ? put + whole.charAt(at) : put) + whole.slice(at + 1);
  });

/** A part of a token. */
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

const inPath = (part: string) => encodeURIComponent(part.toWellFormed());
/** A documented path with arbitrary parameters. */
const address = fc
  .tuple(fc.constantFrom(...PATHS), fc.oneof(fc.nat(20), text(20), fc.constantFrom("%", "%ff", "%00", "%2f", "..")))
  .map(([path, part]) => {
    const raw = typeof part === "number" ? (ids[part % ids.length] ?? "") : part.startsWith("%") ? part : inPath(part);
    return path.replace(/\{\w+\}/, () => (/[?#]/.test(raw) ? encodeURIComponent(raw) : raw));
  });

describe("arbitrary input is answered as documented in", () => {
  it("Authorization", () =>
    holds(
      fc.tuple(
        address,
        fc.constantFrom(...METHODS),
        fc.oneof(
          fieldText,
          fc
            .tuple(fc.constantFrom("Bearer ", "bearer  ", "BEARER\t", "Basic ", "Bearer"), fieldText)
            .map((it) => it.join("")),
          mutated(() => `Bearer ${ours.as.key}`),
          mutated(() => `Bearer ${ours.as.Viewer}`),
          fc.tuple(json, json).map(([header, claims]) => {
            return `Bearer ${part(header)}.${part(claims)}.${part("signature")}`;
          }),
          fc.integer({ min: 8_000, max: 20_000 }).map((length) => `Bearer ${"a".repeat(length)}`),
        ),
      ),
      async ([path, method, authorization]) => {
        const { status } = await send(path, { method, headers: { Authorization: authorization } });
        // An altered header may still be valid: an extra blank, another case of the scheme, unused bits of a signature.
        const token = /^bearer +(.*)$/i.exec(authorization.trim())?.[1] ?? "";
        const open =
          ["/public-api/health", "/public-api/openapi.json", "/public-api/postman.json"].includes(path) ||
          method === "OPTIONS";
        if (token !== ours.as.key && !token.includes(".") && !open) expect([400, 401, 404, 405]).toContain(status);
      },
    ));

  it("the claims of an access token that Microsoft signed", async () => {
    const { oid } = await prisma().member.findFirstOrThrow({ where: { id: ours.memberId } });
    const person = { tid: ours.entra, oid: oid ?? "" };
    const claims = fc.constantFrom<[string, fc.Arbitrary<unknown>][]>(
      [
        "exp",
        fc.oneof(numbers, fc.constantFrom(253_402_300_799, 253_402_300_800, 8.64e12, 8.64e12 + 1, -1, Date.now())),
      ],
      ["nbf", numbers],
      ["iat", numbers],
      ["tid", fc.constantFrom(ours.entra.toUpperCase(), theirs.entra)],
      ["oid", fc.uuid()],
      ["iss", text()],
      ["aud", fc.array(text())],
      ["scp", fc.constantFrom("access", "access  access", "Access", " ")],
      ["ver", fc.constantFrom("1.0", "2.0 ", 2)],
    );
    const changed = claims.chain(([name, value]) => fc.oneof(value, json).map((it) => ({ [name]: it })));
    await holds(
      fc.array(changed, { minLength: 1, maxLength: 2 }).map((parts) => Object.assign({}, ...parts) as object),
      async (change) => {
        const all = { ...issuer.claimsOf(person), ...change };
        expect((await send("/public-api/me", { token: `${part({ alg: "none" })}.${part(all)}.` })).status).toBe(401);
        await send("/public-api/me", { token: await issuer.tokenOf(person, change) });
      },
      2 * RUNS,
    );
  });

  it("any other header", () =>
    holds(
      fc.tuple(
        fc.dictionary(
          fc.constantFrom(
            ...[
              "Content-Type",
              "Content-Length",
              "Content-Encoding",
              "User-Agent",
              "Accept",
              "Cookie",
              "Origin",
              "Range",
            ],
            ...[
              "X-Forwarded-For",
              "X-Request-Id",
              "X-Tenant-Id",
              "If-None-Match",
              "Next-Action",
              "X-HTTP-Method-Override",
            ],
            ...["x-middleware-subrequest", "Rsc", "Expect", "Traceparent"],
          ),
          fc.oneof(
            fieldText,
            fc.nat().map(String),
            fc.constantFrom("application/json", "*", "😀".repeat(0), "a".repeat(9_000)),
          ),
        ),
        fc.constantFrom("Admin" as const, "key" as const),
      ),
      async ([headers, who]) => {
        const body = { name: "By a header", trigger_type: "NONE", actions: [] };
        const answer = await sendJson("POST", "/public-api/agents", body, { token: ours.as[who], headers });
        expect([201, 413, 415]).toContain(answer.status);
        if (headers["X-Request-Id"]) expect(answer.headers.get("x-request-id")).not.toBe(headers["X-Request-Id"]);
      },
    ));

  it("query parameters", () =>
    holds(
      fc.tuple(
        fc.constantFrom(...PATHS.filter((path) => !path.includes("{"))),
        fc.array(
          fc.tuple(
            fc.oneof(
              fc.constantFrom(
                "page_size",
                "cursor",
                "enabled",
                "trigger_type",
                "autonomy_type",
                "q",
                "action",
                "actor",
              ),
              fc.constantFrom("from", "to", "__proto__", "constructor", "tenant_id"),
              text(70),
            ),
            fc.oneof(
              text(250),
              fc.nat(250).map(String),
              fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
              fc.constantFrom("true", "NONE", "AGENTIC", "agent.created", "%", "_", "\\", "9999-12-31T23:59:59-23:59"),
              fc.nat(20).map((n) => ids[n % ids.length] ?? ""),
            ),
          ),
          { maxLength: 4 },
        ),
        fc.oneof(
          fc.constant(""),
          fc.string({ maxLength: 20 }),
          fc.constantFrom("%", "%ff%fe", "%00", "&&==", "a[b]=c", "+"),
        ),
      ),
      async ([path, parameters, raw]) => {
        const query = new URLSearchParams(
          parameters.map(([name, value]): [string, string] => [name, value]),
        ).toString();
        await send(`${path}?${query}&${raw.replaceAll("#", "")}`, { token: ours.as.Admin });
      },
      2 * RUNS,
    ));

  it("a path", () =>
    holds(fc.tuple(address, fc.constantFrom(...METHODS), text(30)), async ([path, method, more]) => {
      const as = method === "DELETE" ? ours.as.User : ours.as.Admin;
      await send(path, { method, token: as });
      await send(`${path}/${inPath(more)}`, { method, token: as });
    }));

  it("a body's bytes", () =>
    holds(
      fc.tuple(
        fc.constantFrom("/public-api/agents", "/public-api/api-keys"),
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.string().map((it) => new TextEncoder().encode(it)),
          fc.json().map((it) => new TextEncoder().encode(it)),
          fc.constantFrom('"\xff"', "\xef\xbb\xbf{}", '{"a":\xc0\x80}', "{\0}").map((it) => Buffer.from(it, "latin1")),
          fc
            .constantFrom("[", '{"a":', '{"toolbox":[')
            .chain((open) => fc.nat(20_000).map((depth) => Buffer.from(open.repeat(depth).slice(0, 60_000)))),
          fc.nat(10_000).map((depth) => Buffer.from(`{"toolbox":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`)),
          fc
            .nat(10_000)
            .map((digits) => Buffer.from(`{"name":"n","trigger_type":"NONE","actions":[${"9".repeat(digits)}1]}`)),
        ),
        fc.constantFrom(
          "application/json",
          "application/json; charset=utf-8",
          "application/json;charset=utf-16",
          "text/html",
        ),
      ),
      async ([path, body, type]) => {
        const headers = { "Content-Type": type };
        await send(path, { method: "POST", token: ours.as.Admin, headers, body: Uint8Array.from(body) });
      },
    ));
});

/** Values that break code expecting a string, a list or a number. */
const hostile = fc.oneof(
  json,
  fc.constantFrom<unknown>(
    ...[{ length: { toString: null } }, { length: { valueOf: null, toString: null } }, { size: { toString: null } }],
    ...[{ length: 5 }, { length: "x" }, { length: null }, { toString: null, valueOf: null }, { toJSON: null }, [[]]],
    ...[{ constructor: null }, { then: null }, { normalize: 1 }, [{ length: { toString: null } }], "\0", "\ud800", ""],
    ...[1e308, -1e-308, "9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00+23:59", true, null, []],
  ),
);

/** The fields of a body's schema, across all its branches. */
function fieldsOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  return schema instanceof z.ZodUnion ? [...new Set(schema.options.flatMap(fieldsOf))] : [];
}

/** Every registered operation, so that a new one is tested too. */
const OPERATIONS = registeredPaths().flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
);

describe("every operation, with arbitrary fields, parameters and headers", () => {
  it("is covered", () => {
    expect(new Set(OPERATIONS.map(({ path }) => path))).toEqual(new Set(PATHS));
    expect(OPERATIONS.filter(({ operation }) => operation.body)).toHaveLength(4);
  });

  it.each(OPERATIONS.map((one) => [`${one.method} ${one.path}`, one] as const))("%s", async (_, one) => {
    const { path, method, operation } = one;
    // A separate organisation: other tests rely on theirs.
    const own = [...(await someIds(ours)), ...(await someIds(theirs)), uuidv7()];
    const right: Record<string, unknown> = { name: "A", trigger_type: "NONE", actions: [], autonomy_type: "AGENTIC" };
    const fields = operation.body ? fieldsOf(operation.body) : ["expires_at", "name", "length"];
    const names = fc.oneof(fc.constantFrom(...fields), text(10));
    const changes = fc.array(fc.tuple(names, hostile), { maxLength: 3 });
    const body = fc.oneof(
      { weight: 4, arbitrary: changes.map((parts) => ({ ...right, ...Object.fromEntries(parts) })) },
      { weight: 1, arbitrary: hostile },
    );
    const query = fc.array(fc.tuple(fc.constantFrom("length", ...Object.keys(operation.query.shape)), text(30)), {
      maxLength: 2,
    });
    const id = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...own) },
      { weight: 1, arbitrary: text(20).map(inPath) },
    );
    const headers = fc.option(
      fc.dictionary(fc.constantFrom("Idempotency-Key", "If-Match", "If-None-Match", "Accept"), fieldText),
    );
    await holds(
      fc.tuple(id, query, body, headers, fc.constantFrom("key", "Admin", "User", "Viewer")),
      async ([given, parameters, value, extra, who]) => {
        const address = path.replace(/\{\w+\}/, () => given.replaceAll(".", "%2e"));
        const search = parameters.map(([name, it]) => `${inPath(name)}=${inPath(it)}`).join("&");
        await sendJson(method, search ? `${address}?${search}` : address, value, {
          token: ours.as[who as "key"],
          headers: extra ?? {},
        });
      },
      operation.body ? 2 * RUNS : RUNS / 4,
    );
  });
});

interface Agent extends Record<string, unknown> {
  readonly id: string;
}

/** Mostly valid, with arbitrary values in some places. */
const nearly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: json });
const whole = fc.string({ unit: "binary", maxLength: 20 }).filter((it) => !it.includes("\0") && it !== "__proto__");
const storable = fc.anything({ key: whole, values: [whole, numbers, fc.boolean(), fc.constant(null)], maxDepth: 4 });
const settings = nearly(fc.oneof(fc.constant(null), fc.dictionary(whole, storable, { maxKeys: 4 })));
const DOCUMENTS = [
  "agent_settings",
  "callback_settings",
  "schedule",
  "ticket_conditions",
  "time_entry_conditions",
  "toolbox",
];
const commonBody = fc.record(
  {
    name: nearly(fc.string({ minLength: 1, maxLength: 40 }).map((it) => `n${it}`)),
    trigger_type: nearly(fc.constantFrom("SCHEDULED", "TRIGGERED", "NONE")),
    actions: nearly(fc.array(storable, { maxLength: 3 })),
    description: nearly(fc.oneof(fc.constant(null), whole)),
    autonomy_type: nearly(fc.constantFrom("CHAINED_ACTIONS", "AGENTIC", "CONVERSATIONAL")),
    entity_type: nearly(fc.constantFrom("ticket", "none", "note")),
    enabled: nearly(fc.boolean()),
    tenant_id: json,
    ...Object.fromEntries(DOCUMENTS.map((name) => [name, settings])),
  },
  { requiredKeys: ["name", "trigger_type", "actions"] },
);
const agentBody = fc.oneof(
  { weight: 3, arbitrary: commonBody },
  {
    weight: 1,
    arbitrary: fc
      .tuple(commonBody, nearly(fc.constantFrom("MSP", "END_USER")), nearly(fc.constant("ALL_USERS")))
      .map(([body, audience, access]) => ({ ...body, autonomy_type: "CONVERSATIONAL", audience, access })),
  },
);

/** A value after a JSON round trip: no -0, no NaN. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

describe("an agent with arbitrary values", () => {
  it(
    "is refused with 422, or stored as sent and returned identically by every endpoint",
    { timeout: 60_000 },
    async () => {
      let kept = 0;
      await holds(agentBody, async (body) => {
        const made = await sendJson<Agent>("POST", "/public-api/agents", body, { token: ours.as.key });
        expect([201, 422]).toContain(made.status);
        if (made.status === 422) return;
        kept++;
        const agent = made.body.data;
        for (const name of ["actions", ...DOCUMENTS])
          expect(agent[name]).toEqual(asJson(body[name as keyof typeof body] ?? null));
        const one = await send<Agent>(made.headers.get("location") ?? "", { token: ours.as.Viewer });
        expect(one.body.data).toEqual(agent);
        const list = await send<Agent[]>("/public-api/agents?page_size=1", { token: ours.as.Viewer });
        expect(list.body.data).toEqual([agent]);
      });
      // Most generated agents must be valid, or the rest would test nothing.
      expect(kept).toBeGreaterThan(RUNS / 4);
    },
  );

  it("is changed completely or not at all by any change", async () => {
    const id = ids[0] ?? "";
    await holds(fc.oneof(agentBody, json), async (body) => {
      const path = `/public-api/agents/${id}`;
      const before = await send<Agent>(path, { token: ours.as.Viewer });
      const changed = await sendJson<Agent>("PUT", path, body ?? null, { token: ours.as.User });
      const after = await send<Agent>(path, { token: ours.as.Viewer });
      expect([200, 409, 422]).toContain(changed.status);
      expect(after.body.data).toEqual(changed.status === 200 ? changed.body.data : before.body.data);
    });
  });
});

describe("an API key with arbitrary values", () => {
  it("is refused with 422, or created with its name and expiry", () =>
    holds(
      fc.record(
        {
          name: nearly(text(60)),
          expires_at: nearly(
            fc.oneof(
              fc.constant(null),
              fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
              fc.constantFrom("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00+23:59"),
              fc.string(),
            ),
          ),
          owner: nearly(fc.oneof(fc.constant(null), fc.record({ email: fc.emailAddress() }), json)),
          note: nearly(fc.oneof(fc.constant(null), text(600))),
          tenant_id: json,
        },
        { requiredKeys: ["name"] },
      ),
      async (body) => {
        const answer = await sendJson<Agent>("POST", "/public-api/api-keys", body, { token: ours.as.Admin });
        expect([201, 422]).toContain(answer.status);
        if (answer.status === 201) {
          const sent =
            body.expires_at === null || body.expires_at === undefined
              ? null
              : new Date(body.expires_at as string).toISOString();
          expect(answer.body.data.expires_at).toBe(sent);
        }
      },
    ));
});

describe("an Idempotency-Key of arbitrary characters", () => {
  it("is refused with 400, or creates one agent for two calls", () =>
    holds(
      fc.oneof(
        fieldText,
        fc.string({ minLength: 1, maxLength: 300 }).map((it) => it.replaceAll(/[^!-~]/g, "x")),
      ),
      async (key) => {
        const body = { name: `Once ${randomUUID()}`, trigger_type: "NONE", actions: [] };
        const headers = { "Idempotency-Key": key };
        const twice = async () => sendJson<Agent>("POST", "/public-api/agents", body, { token: ours.as.key, headers });
        const answers = [await twice(), await twice()] as const;
        const made = await prisma().agent.count({ where: { tenantId: ours.tenantId, name: body.name } });
        if (answers[0].status === 201) {
          expect(answers[1].headers.get("idempotency-replayed")).toBe("true");
          expect(answers[1].body.data).toEqual(answers[0].body.data);
          expect(answers[1].headers.get("location")).toBe(answers[0].headers.get("location"));
          expect(made).toBe(1);
        } else {
          // Shrinking and chance can repeat a key with another body.
          expect([400, 422]).toContain(answers[0].status);
          expect(made).toBe(0);
        }
      },
    ));
});

describe("a cursor", () => {
  const LISTS = ["/public-api/agents", "/public-api/api-keys", "/public-api/audit-events"] as const;
  const page = (path: string, query: string, as: ApiOrganisation) =>
    send<Agent[]>(`${path}?page_size=1&${query}`, { token: as.as.Admin });
  const cursorOf = (answer: Answer) => answer.body.meta.pagination.next_cursor ?? "";

  it("is refused when invented, altered, or of another list, filter or tenant", async () => {
    for (const who of [ours, theirs]) {
      for (let n = 0; n < 3; n++) {
        await sendJson(
          "POST",
          "/public-api/agents",
          { name: "A", trigger_type: "NONE", actions: [] },
          { token: who.as.key },
        );
      }
      await makeKey(who);
    }
    const own = new Map<string, string>();
    const foreign: string[] = [];
    for (const path of LISTS) {
      own.set(path, cursorOf(await page(path, "", ours)));
      foreign.push(cursorOf(await page(path, "", theirs)));
    }
    foreign.push(cursorOf(await page("/public-api/agents", "trigger_type=NONE", ours)));
    expect([...own.values(), ...foreign].filter((cursor) => cursor === "")).toEqual([]);
    await holds(
      fc.constantFrom(...LISTS).chain((path) => {
        const genuine = own.get(path) ?? "";
        const wrong = fc.oneof(
          text(80),
          fc.uint8Array({ minLength: 40, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
          mutated(() => genuine),
          fc.constantFrom(...foreign, ...[...own.values()].filter((cursor) => cursor !== genuine)),
          fc.constantFrom("=", "\n", " ", "A", "..").map((end) => genuine + end),
        );
        return fc.tuple(fc.constant(path), fc.constant(genuine), wrong);
      }),
      async ([path, genuine, cursor]) => {
        const { status } = await page(path, new URLSearchParams({ cursor }).toString(), ours);
        expect(status).toBe(cursor === genuine ? 200 : 400);
      },
      2 * RUNS,
    );
  });
});
