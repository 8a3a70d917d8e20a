import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";

import { beforeAll, describe, expect, it, vi } from "vitest";
import type { MemberActor } from "@/lib/actor";
import { z } from "zod";

import { prisma } from "@/lib/db/client";
import { databaseUnavailable } from "@/lib/errors/app-error";
import { log } from "@/lib/logging/log";
import { operation, createRoute } from "@/lib/public-api/create-route";
import { newOrganisation } from "@/tests/support/people";
import { type Answer, makeKey, receive } from "@/tests/support/public-api";

const body = z.object({ name: z.string(), tenant_id: z.undefined().optional(), more: z.unknown().optional() });
const seen: unknown[] = [];
/** The error that the echo throws, if any. */
let failure: Error | undefined;
let gate: Promise<void> = Promise.resolve();

const PATH = "/public-api/test";
const { POST } = createRoute(PATH, {
  POST: operation({
    operationId: "testEcho",
    summary: "Echo",
    tag: "Service",
    allow: { key: true, member: "Viewer" },
    body,
    data: z.object({ name: z.string(), turn: z.number() }),
    status: 201,
    idempotent: "answer",
    handler: async ({ body: { name }, remember }) => {
      await gate;
      if (failure) throw failure;
      seen.push(name);
      const data = { name, turn: seen.length };
      await prisma().$transaction((tx) => remember(tx, { data }));
      return { data };
    },
  }),
});

const SECRET_PATH = "/public-api/secret";
const secret = createRoute(SECRET_PATH, {
  POST: operation({
    operationId: "testSecret",
    summary: "Secret",
    tag: "Service",
    allow: { key: true, member: "Viewer" },
    data: z.object({ id: z.guid(), key: z.string() }),
    idempotent: "secret",
    handler: () => ({ data: { id: randomUUID(), key: "the secret" } }),
  }),
});

let tenant: MemberActor;
let key: string;

beforeAll(async () => {
  tenant = await newOrganisation();
  ({ key } = await makeKey(tenant));
});

interface Sent {
  readonly body?: BodyInit | null;
  readonly headers?: Record<string, string>;
  readonly as?: string;
  readonly signal?: AbortSignal;
  readonly path?: typeof PATH | typeof SECRET_PATH;
}

async function send({ body = '{"name":"a"}', headers = {}, as = key, signal, path = PATH }: Sent): Promise<Answer> {
  const request = new Request(`http://localhost${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${as}`, "Content-Type": "application/json", ...headers },
    body,
    signal,
    duplex: "half",
  } as RequestInit);
  return receive(path === PATH ? POST : secret.POST, request);
}

/** A chunked body without Content-Length that counts the bytes read. */
function pieces(amount: number): { body: ReadableStream; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      await nextTurn();
      if (taken++ < amount) controller.enqueue(new Uint8Array(1024).fill(0x20));
      else controller.close();
    },
  });
  return { body: stream, taken: () => taken };
}

describe("a body", () => {
  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])(
    "of the type %j is 415",
    async (type) => {
      expect((await send({ headers: { "Content-Type": type } })).status).toBe(415);
    },
  );

  it.each([
    "application/json",
    "Application/JSON; charset=utf-8",
    'application/json;charset="UTF-8"',
    "application/json; charset=utf8",
    "application/json; charset=ISO-8859-1",
    "application/json; profile=x; odata.metadata=none",
    "application/json;",
  ])("of the type %j is read", async (type) => {
    expect((await send({ headers: { "Content-Type": type } })).status).toBe(201);
  });

  it.each([
    ["gzip", "gzip"],
    ["deflate", "deflate"],
    ["br", "br"],
    ["zstd", "zstd"],
    ["GZIP", "gzip"],
    ["x-made-up", "x-made-up"],
    ["gzip, br", "gzip, br"],
    ["identity, gzip", "gzip"],
    ["<script>", "unknown"],
  ])("with the encoding %s is 415, with its name and what is accepted", async (encoding, named) => {
    const answer = await send({ headers: { "Content-Encoding": encoding } });
    expect([answer.status, answer.headers.get("accept-encoding")]).toEqual([415, "identity"]);
    expect(answer.body.error.details.reason).toBe("unsupported_content_encoding");
    expect(answer.body.error.message).toContain(`encoding ${named} is`);
  });

  it.each(["identity", "Identity", ""])("with the encoding %j is read", async (encoding) => {
    expect((await send({ headers: { "Content-Encoding": encoding } })).status).toBe(201);
  });

  it("that isn't UTF-8 is 400, even with another charset", async () => {
    const headers = { "Content-Type": "application/json; charset=ISO-8859-1" };
    const answer = await send({ body: Buffer.from('{"name":"\u00e9"}', "latin1"), headers });
    expect([answer.status, answer.body.error.details.reason]).toEqual([400, "invalid_utf8"]);
  });

  it("over 64 KiB is 413 even if none is expected; a small one is ignored", async () => {
    expect((await send({ body: "x".repeat(70_000), path: SECRET_PATH })).status).toBe(413);
    expect((await send({ body: pieces(70).body, path: SECRET_PATH })).status).toBe(413);
    expect((await send({ body: "{}", path: SECRET_PATH })).status).toBe(200);
  });

  it("without a required field is refused with its name; an invalid field with what it must be", async () => {
    const fieldsOf = async (body: string) => (await send({ body })).body.error.details.fields;
    expect(await fieldsOf("{}")).toEqual({ name: "is required" });
    expect((await fieldsOf('{"name":null}'))?.name).not.toBe("is required");
  });

  it("over 64 KiB is 413 immediately; the rest is read after the response", async () => {
    const { body: stream, taken } = pieces(2_000);
    expect((await send({ body: stream })).body.error.code).toBe("PAYLOAD_TOO_LARGE");
    expect(taken()).toBeLessThan(200);
    await vi.waitFor(() => {
      expect(taken()).toBeGreaterThan(2_000);
    });
    const lie = pieces(70);
    expect((await send({ body: lie.body, headers: { "Content-Length": "10" } })).status).toBe(413);
    const honest = pieces(70);
    expect((await send({ body: honest.body, headers: { "Content-Length": "71680" } })).status).toBe(413);
    expect(honest.taken()).toBeLessThan(3);
  });

  it("of exactly 64 KiB is read", async () => {
    const name = "x".repeat(64 * 1024 - '{"name":""}'.length);
    expect((await send({ body: `{"name":"${name}"}` })).status).toBe(201);
  });

  it.each([
    ["not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
    ["not JSON", "{name:1}"],
    ["cut off", '{"name":"a"'],
    ["empty", ""],
    ["absent", null],
  ])("that is %s is 400", async (_, bytes) => {
    const answer = await send({ body: bytes });
    expect([answer.status, answer.body.error.code]).toEqual([400, "BAD_REQUEST"]);
  });

  it.each([
    ["{}", "name"],
    ['{"name":1}', "name"],
    ["[]", "body"],
    ["null", "body"],
    ['"text"', "body"],
    ['{"name":"a\\u0000"}', "name"],
    ['{"name":"a\\ud800"}', "name"],
    ['{"name":"a","more":{"x\\u0000":1}}', "more.x\0"],
    ['{"name":"a","more":1e999}', "more"],
    [`{"name":"a","more":${"[".repeat(80)}${"]".repeat(80)}}`, "more"],
    [`{"name":"a","more":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, "more"],
  ])("that is semantically invalid is 422 with the field: %s", async (text, field) => {
    const answer = await send({ body: text });
    expect(answer.status).toBe(422);
    expect(Object.keys((answer.body.error.details as { fields?: object }).fields ?? {})).toEqual([field]);
  });

  it("can't pollute prototypes with __proto__", async () => {
    expect((await send({ body: '{"__proto__":{"name":"x"},"constructor":{"prototype":{"y":1}}}' })).status).toBe(422);
    expect((await send({ body: '{"name":"a","__proto__":{"polluted":true}}' })).status).toBe(201);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("Idempotency-Key", () => {
  const withKey = (name: string = randomUUID()) => ({ "Idempotency-Key": name });

  it("replays the first response, and the operation runs once", async () => {
    const headers = withKey();
    const first = await send({ headers });
    const count = seen.length;
    const again = await send({ headers });
    expect([first.status, again.status, seen.length]).toEqual([201, 201, count]);
    expect(again.body.data).toEqual(first.body.data);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.body.meta.request_id).not.toBe(first.body.meta.request_id);
  });

  it("with another body is 422", async () => {
    const headers = withKey();
    await send({ headers });
    expect((await send({ headers, body: '{"name":"b"}' })).status).toBe(422);
  });

  it("runs once for 20 concurrent requests; the others get 409 and Retry-After", async () => {
    const headers = withKey();
    const count = seen.length;
    let open!: () => void;
    gate = new Promise((resolve) => (open = resolve));
    let refused = 0;
    const calls = Array.from({ length: 20 }, async () => {
      const { status } = await send({ headers });
      if (status === 409) refused++;
      return status;
    });
    await vi.waitFor(() => {
      expect(refused).toBe(19);
    });
    open();
    const statuses = (await Promise.all(calls)).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(409)]);
    expect(seen.length).toBe(count + 1);
  });

  it("is scoped to the caller: another key of the same tenant is another caller", async () => {
    const headers = withKey();
    const other = await makeKey(tenant);
    const first = await send({ headers });
    const second = await send({ headers, as: other.key });
    expect(second.headers.get("idempotency-replayed")).toBeNull();
    expect(second.body.data).not.toEqual(first.body.data);
  });

  it("is shared across rotations: a retry with the new key gets the first response", async () => {
    const headers = withKey();
    const old = await makeKey(tenant);
    const first = await send({ headers, as: old.key });
    const { lineageId } = await prisma().apiKey.findUniqueOrThrow({ where: { id: old.id } });
    const successor = await makeKey(tenant, { lineageId, replacesId: old.id });
    const third = await makeKey(tenant, { lineageId, replacesId: successor.id });
    await prisma().apiKey.update({
      where: { id: old.id },
      data: { revokedAt: new Date(), revokedById: tenant.memberId },
    });
    for (const { key: as } of [successor, third]) {
      const again = await send({ headers, as });
      expect([again.body.data, again.headers.get("idempotency-replayed")]).toEqual([first.body.data, "true"]);
    }
  });

  it("can be reused after a failure", async () => {
    const headers = withKey();
    failure = new Error("crash");
    expect((await send({ headers })).status).toBe(500);
    failure = undefined;
    expect((await send({ headers })).status).toBe(201);
  });

  it("can be reused immediately after a request that failed because the database was down", async () => {
    const headers = withKey();
    failure = databaseUnavailable(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
    expect((await send({ headers })).status).toBe(503);
    failure = undefined;
    await expect.poll(() => prisma().idempotencyKey.count({ where: { key: headers["Idempotency-Key"] } })).toBe(0);
    expect((await send({ headers })).status).toBe(201);
  });

  it("is forgotten after 24 hours, and released by a call that died", async () => {
    const headers = withKey();
    const first = await send({ headers });
    const where = { key: headers["Idempotency-Key"] };
    const row = await prisma().idempotencyKey.findFirstOrThrow({ where });
    const ago = (ms: number) => new Date(row.createdAt.getTime() - ms);
    await prisma().idempotencyKey.updateMany({ where, data: { createdAt: ago(23.9 * 3_600_000) } });
    expect((await send({ headers })).body.data).toEqual(first.body.data);
    await prisma().idempotencyKey.updateMany({ where, data: { createdAt: ago(24 * 3_600_000) } });
    expect((await send({ headers })).body.data).not.toEqual(first.body.data);
    await prisma().idempotencyKey.updateMany({ where, data: { answeredAt: null } });
    expect((await send({ headers })).status).toBe(409);
    await prisma().idempotencyKey.updateMany({ where, data: { createdAt: ago(61_000) } });
    expect((await send({ headers })).status).toBe(201);
  });

  it("never stores a secret: the second call is 409 and names the first one's result", async () => {
    const headers = withKey();
    const first = await send({ headers, path: SECRET_PATH });
    const again = await send({ headers, path: SECRET_PATH });
    expect(again.status).toBe(409);
    expect(again.body.error.details).toEqual({
      reason: "already_made",
      id: (first.body.data as { id: string }).id,
    });
    const row = await prisma().idempotencyKey.findFirstOrThrow({ where: { key: headers["Idempotency-Key"] } });
    expect(JSON.stringify(row)).not.toContain("the secret");
  });

  it.each(["", "with blank", "x".repeat(256)])("that is malformed is 400: %j", async (name) => {
    expect((await send({ headers: withKey(name) })).status).toBe(400);
  });
});

describe("a client that hangs up", () => {
  it("cancels the work before it begins, and isn't logged as a failure", async () => {
    const logged = vi.spyOn(log(), "error");
    const controller = new AbortController();
    const count = seen.length;
    const call = send({ signal: controller.signal });
    controller.abort();
    await call;
    expect(seen.length).toBe(count);
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });
});

describe("calls without a valid credential", () => {
  const from = (address: string) => ({ "x-neo-client-address": address });

  it("are limited by client address: 300 a minute, then 429; a valid credential is still served", async () => {
    const bad = { as: "nonsense", headers: from("203.0.113.5") };
    const statuses: number[] = [];
    for (let n = 0; n < 302; n++) statuses.push((await send(bad)).status);
    expect(statuses).toEqual([...Array<number>(300).fill(401), 429, 429]);
    const refused = await send(bad);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.body.error.code).toBe("RATE_LIMITED");
    expect((await send({ headers: from("203.0.113.5") })).status).toBe(201);
    expect((await send({ ...bad, headers: from("203.0.113.6") })).status).toBe(401);
  });

  it("exclude failed calls with a valid credential", async () => {
    const headers = from("203.0.113.7");
    for (let n = 0; n < 70; n++) await send({ headers, body: "{" });
    expect((await send({ headers, as: "nonsense" })).status).toBe(401);
  });
});
