// What a client gets that speaks to the server without an HTTP library between: raw sockets against the built application.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { type Database, expect, setting, TENANTS, test } from "./fixtures";
import { answersOf, ask, dial, head, hear, say, type WireAnswer } from "./wire";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const AGENT = '{"name":"Wire agent","trigger_type":"NONE","autonomy_type":"AGENTIC"}';
const LIMIT = 64 * 1024;

interface Envelope {
  readonly data?: unknown;
  readonly error?: { readonly code: string };
  readonly meta: { readonly request_id: string };
}

/** Holds an answer against the contract's envelope, and opens it. */
function open({ headers, body }: WireAnswer): Envelope {
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(headers.get("cache-control")).toBe("no-store");
  const envelope = JSON.parse(body) as Envelope;
  expect(envelope.meta.request_id).toMatch(UUID);
  expect(headers.get("x-request-id")).toBe(envelope.meta.request_id);
  return envelope;
}

/** The status and the code of a refusal in the envelope. */
const refusal = (answer: WireAnswer) => [answer.status, open(answer).error?.code];

/** A key of Contoso's. */
async function newKey(db: Database): Promise<string> {
  const key = `neo_sk_prod_${randomBytes(12).toString("hex")}`;
  await db.query(
    `insert into api_keys (id, tenant_id, name, environment, last4, hash, created_at, created_by_id, lineage_id)
     select $1::uuid, m.tenant_id, 'Wire key', 'prod', $2, $3, now(), m.id, $1::uuid
     from members m join tenants t on t.id = m.tenant_id
     where t.entra_tenant_id = $4::uuid and m.role = 'Admin' limit 1`,
    [randomUUID(), key.slice(-4), createHash("sha256").update(key).digest(), TENANTS.contoso],
  );
  return key;
}

const json = (key: string, body: string | Buffer) => [
  `Authorization: Bearer ${key}`,
  "Content-Type: application/json",
  `Content-Length: ${Buffer.byteLength(body)}`,
];

async function wireAgents(db: Database): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    "select count(*)::int as count from agents where name = 'Wire agent'",
  );
  return row?.count ?? -1;
}

/** The lines that the application logged for calls that failed. */
function loggedFailures(): { requestId: string; code: string; route: string }[] {
  return readFileSync(path.join(setting("NEO_E2E_LOG_DIR"), "app.log"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"public API request failed"'))
    .map((line) => JSON.parse(line) as { requestId: string; code: string; route: string });
}

test.describe("an address that Next would answer before the route", () => {
  for (const target of [
    "/public-api/",
    "/public-api/me/",
    "/public-api/me/?x=1",
    "/public-api//me",
    "//public-api/me",
    "///public-api",
    "/public-api\\me",
    "/\\public-api/me",
    "/public-api/../agents",
    "/public-api/%2e%2e/agents",
    "/public-api/agents%2Fx",
    "/public-api/me%5c",
    "/public-api/me%00",
    "/public-api/%ff",
    "/public-api/%",
    "/x/../public-api/me",
    "/x/%2E%2e/public-api/me",
    "/public-api/me.rsc",
    "/public-api/me.json",
    "/public-api/me.txt",
    "/public-api/agents.segments/_tree.segment.rsc",
    "/public-api/_next",
    "/public-api/_next/data/x/me.json",
    "/public-api/_next/static/x.js",
    "/public-api/route",
    "/public-api/favicon.ico",
    `/public-api/${"x".repeat(8_000)}`,
    `/public-api${"/x".repeat(4_000)}`,
    "http://localhost/public-api/nope",
    "http://localhost//public-api/me",
  ]) {
    test(`${target.slice(0, 60)} is the envelope's 404`, async () => {
      for (const fields of [[], ["RSC: 1", "Next-Router-State-Tree: x", "Next-Url: /"], ["x-nextjs-data: 1"]])
        expect(refusal(await ask(`GET ${target} HTTP/1.1`, fields)), fields.join()).toEqual([404, "NOT_FOUND"]);
    });
  }

  for (const [target, status] of [
    ["http://localhost/public-api/health", 200],
    ["http://elsewhere.example:81/public-api/health", 200],
    ["/public-api/he%61lth", 200],
    ["/%70ublic-api/health", 200],
    ["/public-api/health#x", 200],
    ["/public-api/health?_rsc=1", 400],
    // Next itself would drop parameters of this name.
    ["/public-api/health?nxtPunknown=1", 400],
    ["/public-api/health?__nextLocale=en", 400],
    ["/public-api/health?%ff", 400],
  ] as const) {
    test(`${target} answers ${status}`, async () => {
      const answer = await ask(`GET ${target} HTTP/1.1`);
      expect(answer.status).toBe(status);
      open(answer);
    });
  }
});

test("fields that are Next's own change nothing", async ({ db }) => {
  const key = await newKey(db);
  for (const field of [
    "RSC: 1",
    "Next-Router-Prefetch: 1",
    "Next-Router-Segment-Prefetch: /_tree",
    "Next-Router-State-Tree: %5B%5D",
    "Next-HMR-Refresh: 1",
    "Next-Url: /agents",
    "Next-Action: 00",
    "x-middleware-subrequest: middleware:middleware:middleware:middleware:middleware",
    "x-middleware-invoke: 1",
    "x-middleware-rewrite: /agents",
    "x-middleware-prefetch: 1",
    "x-matched-path: /agents",
    "x-invoke-path: /agents",
    "x-invoke-status: 500",
    "x-invoke-error: {}",
    "x-invoke-output: /agents",
    "x-nextjs-data: 1",
    "x-now-route-matches: 1=x",
    "x-prerender-revalidate: x",
    "Purpose: prefetch",
  ]) {
    const answer = await ask("GET /public-api/me HTTP/1.1", [field, `Authorization: Bearer ${key}`]);
    expect(answer.status, field).toBe(200);
    open(answer);
    expect(refusal(await ask("POST /public-api/agents HTTP/1.1", [field, ...json(key, "{")], "{")), field).toEqual([
      400,
      "BAD_REQUEST",
    ]);
  }
});

test("two Authorization fields are refused, whatever is in them", async ({ db }) => {
  const key = await newKey(db);
  for (const second of [`Bearer ${key}`, "Bearer x", ""]) {
    const fields = [`Authorization: Bearer ${key}`, `authorization: ${second}`];
    expect(refusal(await ask("GET /public-api/me HTTP/1.1", fields)), second.slice(0, 8)).toEqual([400, "BAD_REQUEST"]);
  }
});

test("health and the document answer anyone, also with a broken Authorization", async () => {
  for (const fields of [
    ["Authorization:"],
    ["Authorization: Bearer"],
    ["Authorization: Basic ???"],
    ["Authorization: Bearer a", "Authorization: Bearer b"],
    ["Authorization: Bearer \u00ff\u00fe"],
    [`Authorization: Bearer ${"x".repeat(8_000)}`],
    [`Authorization: Bearer neo_sk_prod_${"A".repeat(24)}`],
  ]) {
    const health = await ask("GET /public-api/health HTTP/1.1", fields);
    expect([health.status, open(health).data]).toEqual([200, { status: "ok" }]);
    const document = await ask("GET /public-api/openapi.json HTTP/1.1", fields);
    expect([document.status, (JSON.parse(document.body) as { openapi: string }).openapi]).toEqual([200, "3.1.0"]);
  }
});

test.describe("methods", () => {
  for (const method of ["TRACE", "PATCH", "PROPFIND", "PURGE", "QUERY", "M-SEARCH"]) {
    test(`${method} is refused with Allow`, async () => {
      const answer = await ask(`${method} /public-api/agents HTTP/1.1`);
      expect(refusal(answer)).toEqual([405, "METHOD_NOT_ALLOWED"]);
      expect(answer.headers.get("allow")).toBe("GET, HEAD, OPTIONS, POST");
    });
  }

  test("OPTIONS lists the methods, with no body", async () => {
    const { status, headers, body } = await ask("OPTIONS /public-api/agents HTTP/1.1");
    expect([status, headers.get("allow"), body]).toEqual([204, "GET, HEAD, OPTIONS, POST", ""]);
    expect(headers.get("x-request-id")).toMatch(UUID);
  });

  test("HEAD has the fields of GET, and no body", async ({ db }) => {
    const key = await newKey(db);
    for (const target of ["/public-api/openapi.json", "/public-api/me", "/public-api/agents", "/public-api/nope"]) {
      for (const encoding of ["identity", "gzip"]) {
        const fields = [`Authorization: Bearer ${key}`, `Accept-Encoding: ${encoding}`];
        const [get, head] = [await ask(`GET ${target} HTTP/1.1`, fields), await ask(`HEAD ${target} HTTP/1.1`, fields)];
        expect(head.status).toBe(get.status);
        // What is known only once there is a body may be left out (RFC 9110 §9.3.2).
        const names = (answer: WireAnswer) =>
          [...answer.headers.keys()].filter(
            (name) => !/^(transfer-encoding|content-encoding|content-length)$/.test(name),
          );
        expect(names(head).sort(), `${target} ${encoding}`).toEqual(names(get).sort());
        // Differs in each answer: the time, the id, the remaining requests.
        const own = /^(date|x-request-id|ratelimit|x-ratelimit-(remaining|reset))$/;
        for (const name of names(get)) if (!own.test(name)) expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
    }
  });
});

test.describe("a body", () => {
  test("of more than 64 KiB is refused, and its connection goes on in order", async ({ db }) => {
    const key = await newKey(db);
    const post = (fields: string[]) =>
      head("POST /public-api/agents HTTP/1.1", [
        `Authorization: Bearer ${key}`,
        "Content-Type: application/json",
        ...fields,
      ]);
    const chunk = (size: number) => `${size.toString(16)}\r\n${" ".repeat(size)}\r\n`;
    for (const [what, sent] of [
      ["one byte over", post([`Content-Length: ${LIMIT + 1}`]) + " ".repeat(LIMIT + 1)],
      ["a mebibyte", post(["Content-Length: 1048576"]) + " ".repeat(1_048_576)],
      ["in chunks", `${post(["Transfer-Encoding: chunked"])}${chunk(LIMIT / 2).repeat(3)}0\r\n\r\n`],
      ["in many chunks", `${post(["Transfer-Encoding: chunked"])}${chunk(1000).repeat(2_000)}0\r\n\r\n`],
    ] as const) {
      const next = head("GET /public-api/health HTTP/1.1", ["Connection: close"]);
      const raw = await say(sent + next);
      const [first, second] = answersOf(raw, ["POST", "GET"]);
      if (!first || !second) throw new Error("no answer");
      expect(refusal(first), what).toEqual([413, "PAYLOAD_TOO_LARGE"]);
      expect([second.status, open(second).data], what).toEqual([200, { status: "ok" }]);
    }
  });

  for (const method of ["GET", "HEAD", "DELETE", "PUT"]) {
    test(`of a ${method} is refused above 64 KiB, as any other, and its connection goes on in order`, async ({
      db,
    }) => {
      const key = await newKey(db);
      const target = method === "GET" || method === "HEAD" ? "/public-api/me" : `/public-api/agents/${randomUUID()}`;
      const large = " ".repeat(LIMIT + 1);
      const authorization = `Authorization: Bearer ${key}`;
      for (const sent of [
        head(`${method} ${target} HTTP/1.1`, json(key, large)) + large,
        head(`${method} ${target} HTTP/1.1`, [
          authorization,
          "Content-Type: application/json",
          "Transfer-Encoding: chunked",
        ]) + `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`,
      ]) {
        const raw = await say(sent + head("GET /public-api/health HTTP/1.1", ["Connection: close"]));
        expect(answersOf(raw, [method, "GET"]).map(({ status }) => status)).toEqual([413, 200]);
      }
    });
  }

  test("that is announced as too large is refused before it is sent", async ({ db }) => {
    const key = await newKey(db);
    for (const expectation of [[], ["Expect: 100-continue"]]) {
      const socket = await dial();
      const heard = hear(socket);
      const fields = [
        `Authorization: Bearer ${key}`,
        "Content-Type: application/json",
        "Content-Length: 1000000000",
        ...expectation,
      ];
      socket.write(head("POST /public-api/agents HTTP/1.1", fields));
      await once413(socket);
      socket.destroy();
      const raw = (await heard).toString().replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, "");
      const [answer] = answersOf(Buffer.from(raw), ["POST"]);
      if (!answer) throw new Error("no answer");
      expect(refusal(answer)).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    }
  });

  test("of a call that is refused before it is read leaves the connection in order", async () => {
    const body = " ".repeat(300_000);
    const fields = ["Content-Type: application/json", `Content-Length: ${body.length}`];
    const raw = await say(
      head("POST /public-api/agents HTTP/1.1", fields) +
        body +
        head("POST /public-api/nope HTTP/1.1", fields) +
        body +
        head("GET /public-api/health HTTP/1.1", ["Connection: close"]),
    );
    expect(answersOf(raw, ["POST", "POST", "GET"]).map(({ status }) => status)).toEqual([401, 404, 200]);
  });

  test("that is no JSON is refused by what is wrong with it", async ({ db }) => {
    const key = await newKey(db);
    const send = (body: string | Buffer, type?: string) =>
      ask(
        "POST /public-api/agents HTTP/1.1",
        [
          `Authorization: Bearer ${key}`,
          ...(type === undefined ? [] : [`Content-Type: ${type}`]),
          `Content-Length: ${Buffer.byteLength(body)}`,
        ],
        body,
      );
    const bad = [400, "BAD_REQUEST"];
    expect(refusal(await send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), "application/json"))).toEqual(bad);
    expect(refusal(await send(Buffer.from('{"name":"\u00e9"}', "latin1"), "application/json"))).toEqual(bad);
    expect(refusal(await send("", "application/json"))).toEqual(bad);
    expect(refusal(await send("{", "application/json"))).toEqual(bad);
    const other = [415, "UNSUPPORTED_MEDIA_TYPE"];
    expect(refusal(await send(AGENT))).toEqual(other);
    expect(refusal(await send(AGENT, "text/plain"))).toEqual(other);
    expect(refusal(await send("a=b", "application/x-www-form-urlencoded"))).toEqual(other);
    expect(refusal(await send("--x--", "multipart/form-data; boundary=x"))).toEqual(other);
  });

  test("that waits for 100 Continue gets it; another expectation is passed over", async ({ db }) => {
    const key = await newKey(db);
    const raw = await say(
      head("POST /public-api/agents HTTP/1.1", [...json(key, "{"), "Expect: 100-continue", "Connection: close"]) + "{",
    );
    const [first, second] = answersOf(raw, ["POST", "POST"]);
    if (!first || !second) throw new Error("no answer");
    expect(first.status).toBe(100);
    expect(refusal(second)).toEqual([400, "BAD_REQUEST"]);
    expect(refusal(await ask("GET /public-api/nope HTTP/1.1", ["Expect: the-moon"]))).toEqual([404, "NOT_FOUND"]);
  });
});

async function once413(socket: Awaited<ReturnType<typeof dial>>): Promise<void> {
  let heard = "";
  const deadline = Date.now() + 10_000;
  socket.on("data", (data: Buffer) => (heard += data.toString("latin1")));
  while (!/"request_id":"[^"]+"\}\}/.test(heard)) {
    if (Date.now() > deadline) throw new Error(`no answer in 10 seconds: ${heard}`);
    await pause(20);
  }
}

test.describe("malformed HTTP", () => {
  for (const [what, text, status] of [
    ["nonsense", "nonsense\r\n\r\n", 400],
    ["TLS", Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), 400],
    ["a method there is not", head("NONSENSE /public-api/me HTTP/1.1"), 400],
    ["an address that is not ASCII", head("GET /public-api/m\u00e9 HTTP/1.1"), 400],
    ["a blank in the target", head("GET /public-api/me x HTTP/1.1"), 400],
    ["a bare line feed", "GET /public-api/me HTTP/1.1\nHost: x\n\n", 400],
    ["a NUL in a field", head("GET /public-api/me HTTP/1.1", ["X: a\0b"]), 400],
    ["two lengths", head("POST /public-api/agents HTTP/1.1", ["Content-Length: 1", "Content-Length: 2"]), 400],
    [
      "a length and chunks",
      head("POST /public-api/agents HTTP/1.1", ["Content-Length: 1", "Transfer-Encoding: chunked"]),
      400,
    ],
    ["CONNECT", head("CONNECT example.com:443 HTTP/1.1"), 400],
    ["an address of 20 KB", head(`GET /public-api/${"x".repeat(20_000)} HTTP/1.1`), 431],
  ] as const) {
    test(`${what} is refused with ${status}`, async () => {
      const raw = await say(text);
      expect(raw.toString("latin1")).not.toMatch(/<html|<!doctype|\n\s+at |node:internal|\.js:\d/i);
      const [answer] = answersOf(raw, ["GET"]);
      if (!answer) throw new Error("no answer");
      expect(refusal(answer)).toEqual([status, status === 431 ? "HEADERS_TOO_LARGE" : "BAD_REQUEST"]);
    });
  }

  test("a bad chunk is refused with 400, or after the answer to what stands before it", async () => {
    const fields = ["Transfer-Encoding: chunked", "Connection: close"];
    const raw = (await say(`${head("POST /public-api/agents HTTP/1.1", fields)}zz\r\n`)).toString("latin1");
    expect(raw).toMatch(/^HTTP\/1\.1 40[01] .*"request_id"/s);
  });

  test("a request without a Host, as some proxies pass it on, is answered like any other", async () => {
    const raw = await say("GET /public-api/me HTTP/1.1\r\nConnection: close\r\n\r\n");
    const [answer] = answersOf(raw, ["GET"]);
    if (!answer) throw new Error("no answer");
    expect(refusal(answer)).toEqual([401, "UNAUTHORIZED"]);
  });

  test("a header of a mebibyte is refused with 431", async () => {
    const socket = await dial();
    const heard = hear(socket);
    // The answer comes at 16 KiB; what is still sent then is not read.
    socket.write(`GET /public-api/me HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(20_000)}`);
    await pause(200);
    socket.write("x".repeat(1_048_576));
    expect((await heard).toString()).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n.*headers_too_large/s);
  });

  test("HTTP/1.0 is answered and closed", async () => {
    const raw = await say("GET /public-api/health HTTP/1.0\r\n\r\n");
    const [answer] = answersOf(raw, ["GET"]);
    if (!answer) throw new Error("no answer");
    expect([answer.status, open(answer).data, answer.headers.get("connection")]).toEqual([
      200,
      { status: "ok" },
      "close",
    ]);
  });

  for (const upgrade of ["h2c", "websocket"]) {
    test(`an offer of ${upgrade} is passed over and the request answered`, async () => {
      for (const [target, status] of [
        ["/public-api/health", 200],
        ["/public-api//", 404],
      ] as const) {
        const fields = ["Connection: Upgrade, close", `Upgrade: ${upgrade}`];
        const raw = await say(head(`GET ${target} HTTP/1.1`, fields));
        const [answer] = answersOf(raw, ["GET"]);
        if (!answer) throw new Error("no answer");
        expect(answer.status).toBe(status);
        open(answer);
      }
    });
  }
});

test("an internal error is logged with the request id of its answer", async ({ db }) => {
  const key = await newKey(db);
  await db.query("begin");
  await db.query("lock table api_keys in access exclusive mode");
  let answer: WireAnswer;
  try {
    answer = await ask("GET /public-api/me HTTP/1.1", [`Authorization: Bearer ${key}`]);
  } finally {
    await db.query("rollback");
  }
  expect(refusal(answer)).toEqual([503, "UNAVAILABLE"]);
  expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  const id = answer.headers.get("x-request-id") ?? "";
  await expect
    .poll(() => loggedFailures().filter(({ requestId }) => requestId === id))
    .toMatchObject([{ code: "UNAVAILABLE", route: "/public-api/me" }]);
});

test.describe("a client that hangs up", () => {
  test.beforeEach(({ db }) => db.query("delete from agents where name = 'Wire agent'"));
  test.afterEach(async ({ db }) => {
    await db.query("drop trigger if exists wire_slow on agents");
    await db.query("delete from agents where name = 'Wire agent'");
  });

  /** Sends a POST, hangs up after a while or waits for the answer. */
  async function post(key: string, hangUpAfterMs: number | null, fields: string[] = [], body = AGENT): Promise<void> {
    const text = head("POST /public-api/agents HTTP/1.1", [...json(key, AGENT), ...fields, "Connection: close"]) + body;
    const socket = await dial();
    const heard = hear(socket);
    socket.write(text);
    if (hangUpAfterMs !== null) {
      await pause(hangUpAfterMs);
      socket.destroy();
      await heard;
      return;
    }
    const [answer] = answersOf(await heard, ["POST"]);
    expect(answer?.status, answer?.body).toBe(201);
  }

  test("in the middle of a body has done nothing, and is no failure", async ({ db }) => {
    const key = await newKey(db);
    const failures = loggedFailures().length;
    await post(key, 300, [], AGENT.slice(0, -1));
    await pause(300);
    expect([await wireAgents(db), loggedFailures().length]).toEqual([0, failures]);
    expect((await ask("GET /public-api/health HTTP/1.1")).status).toBe(200);
  });

  test("while the credential is looked up: what was asked for does not begin", async ({ db }) => {
    const key = await newKey(db);
    const failures = loggedFailures().length;
    await db.query("begin");
    await db.query("lock table api_keys in access exclusive mode");
    await post(key, 300);
    await pause(300);
    await db.query("commit");
    await pause(700);
    expect(await wireAgents(db)).toBe(0);
    // The same call, but waiting for its answer: it was the hanging up that kept it from being made.
    await post(key, null);
    expect(await wireAgents(db)).toBe(1);
    expect(loggedFailures().length).toBe(failures);
  });

  test("while its agent is being written: the change is undone, and its Idempotency-Key can be used again", async ({
    db,
  }) => {
    const key = await newKey(db);
    await db.query(
      `create or replace function wire_wait() returns trigger language plpgsql as $$
         begin perform pg_sleep(1.2); return new; end $$`,
    );
    await db.query("create trigger wire_slow before insert on agents for each row execute function wire_wait()");
    for (const fields of [[], ["Idempotency-Key: wire"]]) {
      await db.query("delete from agents where name = 'Wire agent'");
      await post(key, 600, fields);
      await pause(1_500);
      expect(await wireAgents(db), fields.join()).toBe(0);
      await post(key, null, fields);
      expect(await wireAgents(db), fields.join()).toBe(1);
    }
  });
});
