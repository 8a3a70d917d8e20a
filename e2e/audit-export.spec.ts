import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { createGunzip } from "node:zlib";

import { encode } from "next-auth/jwt";
import { Client } from "pg";

import { RENDERED_FOR_FIELD, renderedForId } from "../lib/auth/rendered-for";
import { migrate } from "../scripts/migrate";
import { MEASURED, memoryOf } from "../tests/support/memory";
import { openTestDatabase, type TestDatabase } from "../tests/support/test-database";

import { expect, test } from "./fixtures";
import { type AppOverWire, startAppOverWire } from "./second-app";

const MB = 1_048_576;
const ROWS = 24_000;
/** Where the oldest quarter of the rows ends: row n is n seconds younger than this. */
const OLDEST = Date.parse("2026-01-01T00:00:00Z");
const QUARTER = `to=${new Date(OLDEST + (ROWS / 4 + 1) * 1_000).toISOString()}`;
/** The memory an export may hold, whatever its length: one batch of rows, as the database sends it and as lines. */
const BATCH_MB = 16;

let database: TestDatabase;
let app: AppOverWire;
let cookie: string;
let page: string;

// Its own database: its long log is not chained, which other tests would report.
test.beforeAll(async () => {
  test.setTimeout(180_000);
  database = await openTestDatabase("embedded");
  await migrate(database.url);
  const session = await fillLog(database.url);
  const secret = randomBytes(32).toString("base64");
  cookie = `next-auth.session-token=${await encode({ token: { sid: session }, secret })}`;
  const settings = { NEXTAUTH_SECRET: secret };
  app = await startAppOverWire({ databaseUrl: database.url, settings, nodeFlags: MEASURED });
});
test.afterAll(async () => {
  await app.stop();
  await database.stop();
});

/** Writes an organisation with an admin and a long log, each row about 2 kB that hardly compresses. @returns the admin's session */
async function fillLog(url: string): Promise<string> {
  const [tenant, member, session] = [randomUUID(), randomUUID(), randomUUID()];
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("insert into tenants (id, entra_tenant_id, name) values ($1, $2, 'Long log')", [
    tenant,
    randomUUID(),
  ]);
  await client.query("insert into members (id, tenant_id, oid, name, role) values ($1, $2, $3, 'Ada', 'Admin')", [
    member,
    tenant,
    randomUUID(),
  ]);
  await client.query("insert into sessions (id, member_id, expires_at) values ($1, $2, now() + interval '1 day')", [
    session,
    member,
  ]);
  await client.query(
    `insert into audit_events (id, tenant_id, seq, at, action, actor_kind, actor_id, actor_name, target_type, target_id,
       target_name, request_id, details, prev_hash, hash)
     select gen_random_uuid(), $1, n, $3::timestamptz + n * interval '1 second', 'agent.updated', 'MEMBER', $2, 'Ada', 'agent',
       $2, 'row ' || n, $2, jsonb_build_object('more', more), sha256('x'), sha256('x')
     from generate_series(1, $4::int) n, lateral (
       select string_agg(encode(sha512(convert_to(n || '.' || k, 'UTF8')), 'hex'), '') as more from generate_series(1, 12) k) as t`,
    [tenant, member, new Date(OLDEST), ROWS],
  );
  page = renderedForId({ tenantId: tenant, memberId: member });
  await client.query("alter table audit_chains disable trigger audit_chains_forward");
  await client.query("update audit_chains set seq = $2 where tenant_id = $1", [tenant, ROWS]);
  await client.end();
  return session;
}

/** Requests an export as a browser that accepts compression. */
async function open(query: string): Promise<IncomingMessage> {
  const request = get(`${app.url.replace("localhost", "127.0.0.1")}/roles-access/audit-log/export?${query}`, {
    headers: { cookie, [RENDERED_FOR_FIELD]: page, "accept-encoding": "gzip" },
    agent: false,
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  return response;
}

/** The bytes of an export, read one piece at a time. */
async function* pieces(response: IncomingMessage): AsyncGenerator<Buffer, void, undefined> {
  const packed = response.headers["content-encoding"] === "gzip";
  for await (const piece of packed ? response.pipe(createGunzip()) : response) yield piece as Buffer;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const alive = async () => {
  const { heapUsed, external } = await memoryOf(app.child, "live memory");
  return (heapUsed + external) / MB;
};

/**
 * Reads an export that has so many rows, resting at each tenth of it for long enough that a server which did not wait would
 * have gone far ahead.
 * @returns its lines, and the most memory that was alive in the server while it waited
 */
async function readSlowly(query: string, rows: number): Promise<{ lines: number; peak: number }> {
  let [lines, rests, peak] = [0, 0, 0];
  for await (const piece of pieces(await open(query))) {
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
    if (lines < (rests * rows) / 10) continue;
    rests += 1;
    await pause(200);
    peak = Math.max(peak, await alive());
  }
  expect(rests).toBeGreaterThanOrEqual(10);
  return { lines, peak };
}

for (const [format, more] of [
  // The head of a CSV file, and the end of both.
  ["csv", 2],
  ["ndjson", 1],
] as const) {
  test(`a ${format} export to a slow reader needs no more memory for four times the rows`, async () => {
    test.setTimeout(120_000);
    await readSlowly(`format=${format}&${QUARTER}`, ROWS / 4);
    const before = await alive();
    const short = await readSlowly(`format=${format}&${QUARTER}`, ROWS / 4);
    const long = await readSlowly(`format=${format}`, ROWS);
    expect([short.lines, long.lines]).toEqual([ROWS / 4 + more, ROWS + more]);
    expect(short.peak - before).toBeLessThan(BATCH_MB);
    expect(long.peak - before).toBeLessThan(BATCH_MB);
    expect((await alive()) - before).toBeLessThan(8);
  });
}

test("two simultaneous exports each hold one batch", async () => {
  test.setTimeout(120_000);
  const before = await alive();
  const both = await Promise.all([readSlowly("format=csv", ROWS), readSlowly("format=ndjson", ROWS)]);
  expect(both.map(({ lines }) => lines)).toEqual([ROWS + 2, ROWS + 1]);
  for (const { peak } of both) expect(peak - before).toBeLessThan(2 * BATCH_MB);
});

test("a disconnected reader cancels the database's work", async () => {
  const whole = app.wire.carried;
  await readSlowly(`format=ndjson&${QUARTER}`, ROWS / 4);
  const ofQuarter = app.wire.carried - whole;
  const before = app.wire.carried;
  for (const format of ["csv", "ndjson"]) {
    const response = await open(`format=${format}`);
    for await (const piece of pieces(response)) if (piece.length > 0) break;
    response.destroy();
  }
  await expect
    .poll(async () => {
      const then = app.wire.carried;
      await pause(1_000);
      return app.wire.carried - then;
    })
    .toBe(0);
  expect(app.wire.carried - before).toBeGreaterThan(0);
  expect(app.wire.carried - before).toBeLessThan(2 * ofQuarter);
  expect(await alive()).toBeGreaterThan(0);
});
