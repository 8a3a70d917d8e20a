import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { GET as listEvents } from "@/app/public-api/audit-events/route";
import type { MemberActor } from "@/lib/actor";
import { AUDIT_ACTIONS, type AuditAction, NO_ID } from "@/lib/audit-log/actions";
import { CHAIN_START } from "@/lib/audit-log/chain";
import { chainWaits, WAIT_LIMITS } from "@/lib/audit-log/chain-waits";
import { exportStream } from "@/lib/audit-log/export";
import { readAuditEvents } from "@/lib/audit-log/list";
import { recordAudit, recordAudits } from "@/lib/audit-log/record";
import { verifyFeed } from "@/lib/audit-log/verify-feed";
import { databaseNow, prisma } from "@/lib/db/client";
import { encodePlace } from "@/lib/public-api/cursor";
import {
  type ApiOrganisation,
  newApiOrganisation,
  startTokenIssuer,
  type TokenIssuer,
} from "@/tests/support/access-tokens";
import { startApiServer } from "@/tests/support/api-server";
import { newOrigin } from "@/tests/support/people";
import { type Answer, call } from "@/tests/support/public-api";

const ENTRA = [randomUUID(), randomUUID(), randomUUID(), randomUUID()] as const;
// lib/config/env reads it on first use, in the first test.
process.env.TENANTS = ENTRA.join(",");

interface Event {
  readonly id: string;
  readonly at: string;
  readonly seq: number;
  readonly action: string;
  readonly target: { readonly name: string };
  readonly previous_hash: string;
  readonly hash: string;
}

let issuer: TokenIssuer;
let ours: ApiOrganisation;
let theirs: ApiOrganisation;

beforeAll(async () => {
  issuer = await startTokenIssuer(process.env.AZURE_AD_CLIENT_ID ?? "");
  ours = await newApiOrganisation(issuer, ENTRA[0], "Ours");
  theirs = await newApiOrganisation(issuer, ENTRA[1], "Theirs");
  await write(ours, 12);
  await write(theirs, 2);
});
afterAll(() => issuer.stop());

const actorOf = ({ tenantId, memberId }: ApiOrganisation) =>
  ({ kind: "member", tenantId, memberId, name: "Ada" }) as const;
const entry = (name: string) => ({ action: "agent.updated", target: { id: randomUUID(), name } }) as const;

/** Writes events; every third one is about a key. */
async function write(organisation: ApiOrganisation, count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, n) => ({
    ...entry(`event ${n}`),
    ...(n % 3 === 0 && { action: "api_key.updated" as const }),
  }));
  const context = { now: await databaseNow(), ...newOrigin() };
  await prisma().$transaction((tx) => recordAudits(tx, actorOf(organisation), entries, context));
}

const list = (query: string, headers: Record<string, string> = {}, organisation = ours) =>
  call<Event[]>(listEvents, `/public-api/audit-events?${query}`, { key: organisation.as.Admin, headers });
const feed = (query = "", organisation = ours) => list(`order=asc&${query}`, {}, organisation);
const cursorOf = ({ body }: Awaited<ReturnType<typeof list>>) => body.meta.pagination.next_cursor ?? "";
const seqs = ({ body }: Awaited<ReturnType<typeof list>>) => body.data.map(({ seq }) => seq);

/** Reads a feed to its end. */
async function readAll(query: string, after?: string) {
  const events: Event[] = [];
  for (let cursor = after; ;) {
    const page = await feed(`${query}${cursor ? `&after=${cursor}` : ""}`);
    events.push(...page.body.data);
    cursor = cursorOf(page);
    if (!page.body.meta.pagination.has_more) return { events, cursor };
  }
}

describe("order=asc", () => {
  it("returns every event once, by its place in the chain, each with the hash of the one before it", async () => {
    const { events } = await readAll("page_size=5");
    const stored = await prisma().auditEvent.findMany({ where: { tenantId: ours.tenantId }, orderBy: { seq: "asc" } });
    expect(events.map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    expect(events.map(({ seq }) => seq)).toEqual(stored.map((_, n) => n + 1));
    expect(events.map((event) => event.previous_hash)).toEqual([
      CHAIN_START,
      ...events.slice(0, -1).map(({ hash }) => hash),
    ]);
  });

  it("returns a cursor on the last page and on an empty one, which continues with what is written later", async () => {
    const { cursor } = await readAll("page_size=200");
    const empty = await feed(`after=${cursor}`);
    expect([empty.body.data, empty.body.meta.pagination.has_more, cursorOf(empty)]).toEqual([[], false, cursor]);
    await write(ours, 3);
    const later = await feed(`page_size=2&after=${cursorOf(empty)}`);
    expect([seqs(later).length, later.body.meta.pagination.has_more]).toEqual([2, true]);
    const last = await feed(`page_size=2&after=${cursorOf(later)}`);
    expect([seqs(last).length, last.body.meta.pagination.has_more]).toEqual([1, false]);
    expect(seqs(await feed(`after=${cursorOf(last)}`))).toEqual([]);
  });

  it("filters, and a cursor goes beyond the events that don't match", async () => {
    const all = (await readAll("page_size=200")).events;
    const { events, cursor } = await readAll("page_size=2&action=api_key.updated");
    expect(events).toEqual(all.filter(({ action }) => action === "api_key.updated"));
    await write(ours, 1);
    expect((await readAll("page_size=2&action=api_key.updated", cursor)).events).toHaveLength(1);
    const from = all[3]?.at ?? "";
    expect((await readAll(`from=${from}`)).events).toEqual([
      ...all.filter(({ at }) => at >= from),
      expect.objectContaining({ action: "api_key.updated" }),
    ]);
  });

  it("refuses a cursor of another order, filter or organisation, and parameters of the other order", async () => {
    const ascending = cursorOf(await feed("page_size=1"));
    const descending = cursorOf(await list("page_size=1"));
    const refused = [
      feed(`after=${descending}`),
      list(`cursor=${ascending}`),
      feed(`after=${ascending}&action=api_key.updated`),
      feed(`after=${ascending}`, theirs),
      feed(`after=${ascending.slice(0, -1)}`),
    ];
    for (const { status, body } of await Promise.all(refused))
      expect([status, body.error.details.reason]).toEqual([400, "invalid_cursor"]);
    const misplaced = [feed(`cursor=${descending}`), list(`after=${ascending}`), list("order=newest")];
    for (const { status, body } of await Promise.all(misplaced))
      expect([status, body.error.details.reason]).toEqual([400, "invalid_parameter"]);
  });

  it("refuses a cursor beyond the end of a log that was restored", async () => {
    const scope = { list: "audit-events by place", tenantId: ours.tenantId, filters: {} };
    const { seq } = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId: ours.tenantId } });
    expect((await feed(`after=${encodePlace(seq, scope)}`)).status).toBe(200);
    const { status, body } = await feed(`after=${encodePlace(seq + 1n, scope)}`);
    expect([status, body.error.details.reason]).toEqual([400, "invalid_cursor"]);
  });

  // The embedded database has one session: there is no second transaction.
  it.skipIf(process.env.NEO_TEST_DATABASE !== "postgres")(
    "skips no event of a transaction that commits late",
    async () => {
      const { cursor } = await readAll("");
      const [early, late] = [await databaseNow(), await databaseNow()];
      const writes: Promise<void>[] = [];
      let second: Promise<void> | undefined;
      await prisma().$transaction(async (tx) => {
        await recordAudit(tx, actorOf(ours), entry("slow"), { now: late, ...newOrigin() });
        // It began later, is dated earlier, and must not become visible first.
        second = prisma().$transaction((other) =>
          recordAudit(other, actorOf(ours), entry("fast"), { now: early, ...newOrigin() }),
        );
        writes.push(second);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(seqs(await feed(`after=${cursor}`))).toEqual([]);
      });
      await Promise.all(writes);
      const { events } = await readAll("", cursor);
      expect(events.map(({ target }) => target.name)).toEqual(["slow", "fast"]);
    },
  );
});

/** Runs it. @returns its result, and how long it took in milliseconds */
async function timed<Result>(work: Promise<Result>): Promise<{ result: Result; ms: number }> {
  const began = performance.now();
  return { result: await work, ms: performance.now() - began };
}

describe("wait", () => {
  it("responds as soon as there is an event, and ignores those of other organisations", async () => {
    const { cursor } = await readAll("");
    const waiting = timed(feed(`wait=20&after=${cursor}`));
    await pause(200);
    await write(theirs, 1);
    await pause(1_500);
    await write(ours, 1);
    const { result, ms } = await waiting;
    expect([result.status, result.body.data.length]).toEqual([200, 1]);
    expect(ms).toBeGreaterThan(1_600);
    expect(ms).toBeLessThan(6_000);
    const { result: page, ms: immediately } = await timed(feed(`wait=20&after=${cursor}`));
    expect([seqs(page), immediately < 1_000]).toEqual([seqs(result), true]);
  });

  it("ends in an empty page, whose cursor can be used again", async () => {
    const { cursor } = await readAll("");
    const { result, ms } = await timed(feed(`wait=2&after=${cursor}`));
    expect([result.status, result.body.data, result.body.meta.pagination.has_more]).toEqual([200, [], false]);
    expect(ms).toBeGreaterThan(1_900);
    expect(ms).toBeLessThan(4_000);
    await write(ours, 1);
    expect((await feed(`wait=2&after=${cursorOf(result)}`)).body.data).toHaveLength(1);
    expect((await timed(feed(`wait=0&after=${cursor}`))).ms).toBeLessThan(1_000);
  });

  it("goes on while what is written doesn't match the filters", async () => {
    const { cursor } = await readAll("action=agent.deleted");
    const waiting = feed(`wait=20&action=agent.deleted&after=${cursor}`);
    await pause(200);
    await write(ours, 1);
    await pause(1_500);
    const context = { now: await databaseNow(), ...newOrigin() };
    const deleted = { action: "agent.deleted", target: { id: randomUUID(), name: "Gone" } } as const;
    await prisma().$transaction((tx) => recordAudit(tx, actorOf(ours), deleted, context));
    const page = await waiting;
    expect(page.body.data.map(({ target }) => target.name)).toEqual(["Gone"]);
    // Beyond the event that didn't match, too.
    expect(seqs(await feed(`after=${cursorOf(page)}&action=agent.deleted`))).toEqual([]);
  });

  it("misses no event that is written while it begins, ends or is answered", async () => {
    let { cursor } = await readAll("");
    const [{ seq: before } = { seq: 0n }] = await prisma().auditChain.findMany({ where: { tenantId: ours.tenantId } });
    const COUNT = 60;
    const writing = (async () => {
      for (let n = 0; n < COUNT; n++) {
        await write(ours, 1);
        await pause(Math.random() * (n % 10 === 0 ? 1_200 : 60));
      }
    })();
    const got: number[] = [];
    while (got.length < COUNT) {
      const page = await feed(`wait=10&page_size=7&after=${cursor}`);
      expect(page.body.data.length).toBeGreaterThan(0);
      got.push(...seqs(page));
      cursor = cursorOf(page);
    }
    await writing;
    expect(got).toEqual(Array.from({ length: COUNT }, (_, n) => Number(before) + n + 1));
  });

  it("refuses who lost the right to read the log meanwhile", async () => {
    const organisation = await newApiOrganisation(issuer, ENTRA[2], "Demoted");
    const { tenantId, memberId } = organisation;
    const refusals = async (change: Parameters<ReturnType<typeof prisma>["member"]["update"]>[0]["data"]) => {
      await prisma().member.update({ where: { id: memberId }, data: { role: "Admin", removedAt: null } });
      const { seq } = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId } });
      const after = encodePlace(seq, { list: "audit-events by place", tenantId, filters: {} });
      const [woken, overdue] = [
        feed(`wait=20&after=${after}`, organisation),
        feed(`wait=1&after=${after}`, organisation),
      ];
      await pause(300);
      await prisma().member.update({ where: { id: memberId }, data: change });
      const late = await overdue;
      await write(organisation, 1);
      const early = await woken;
      return [early, late].map(({ status, body }) => [status, body.error.details.reason]);
    };
    expect(await refusals({ role: "Viewer" })).toEqual([
      [403, "role_required"],
      [403, "role_required"],
    ]);
    expect(await refusals({ removedAt: await databaseNow(), removedById: memberId })).toEqual([
      [401, "unknown"],
      [401, "unknown"],
    ]);
    const recorded = await prisma().auditEvent.findMany({ where: { tenantId, action: "access.refused" } });
    expect(recorded.map(({ targetName }) => targetName)).toEqual(["GET /public-api/audit-events"]);
  });

  it("refuses another organisation's cursor immediately, and a wait that is none", async () => {
    const { result, ms } = await timed(feed(`wait=20&after=${cursorOf(await feed("", theirs))}`));
    expect([result.status, result.body.error.details.reason, ms < 1_000]).toEqual([400, "invalid_cursor", true]);
    for (const wait of ["31", "-1", "1.5", "", "soon", "1e1", "030", "+5", "300"]) {
      const { status, body } = await feed(`wait=${encodeURIComponent(wait)}`);
      expect([status, body.error.details], wait).toEqual([
        400,
        { reason: "invalid_parameter", parameters: { wait: "must be a whole number from 0 to 30" } },
      ]);
    }
    for (const query of ["wait=5", "order=desc&wait=0"])
      expect((await list(query)).body.error.details.parameters).toEqual({ wait: "requires order=asc" });
    expect((await feed("wait=5&wait=5")).body.error.details.parameters).toEqual({ wait: "must be given once" });
  });

  it("ends when the client hangs up, and beyond the organisation's number immediately", async () => {
    const server = await startApiServer();
    const { cursor } = await readAll("");
    const target = `/public-api/audit-events?order=asc&wait=20&after=${cursor}`;
    const head = `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ours.as.Admin}\r\n\r\n`;
    const sockets = Array.from({ length: WAIT_LIMITS.each }, () => connect(server.port, "127.0.0.1"));
    for (const socket of sockets) socket.write(head);
    await expect.poll(() => chainWaits.hasRoom(ours.tenantId), { timeout: 10_000 }).toBe(false);
    expect(chainWaits.hasRoom(theirs.tenantId)).toBe(true);
    const { result, ms } = await timed(feed(`wait=20&after=${cursor}`));
    expect([result.status, result.body.data, cursorOf(result), ms < 1_000]).toEqual([200, [], cursor, true]);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => chainWaits.hasRoom(ours.tenantId), { timeout: 900 }).toBe(true);
    // Of requests in a row on one connection, the later ones have no connection yet to write their responses to.
    const pipelined = connect(server.port, "127.0.0.1");
    pipelined.write(head.repeat(WAIT_LIMITS.each));
    await expect.poll(() => chainWaits.hasRoom(ours.tenantId), { timeout: 10_000 }).toBe(false);
    pipelined.destroy();
    await pause(900);
    const sameAgain = connect(server.port, "127.0.0.1");
    sameAgain.write(head.repeat(WAIT_LIMITS.each - 1));
    await pause(1_000);
    expect(chainWaits.hasRoom(ours.tenantId)).toBe(true);
    sameAgain.destroy();
    const hangUp = new AbortController();
    const aborted = timed(call(listEvents, target, { key: ours.as.Admin, signal: hangUp.signal }));
    await pause(300);
    hangUp.abort();
    expect((await aborted).ms).toBeLessThan(2_000);
    await server.stop();
  });

  it("outlasts the limits for slow clients", async () => {
    const limits = { "first byte": 300, head: 300, body: 300, answer: 300, check: 50 };
    const server = await startApiServer(limits);
    const { cursor } = await readAll("");
    const { result, ms } = await timed(
      server.ask(
        `GET /public-api/audit-events?order=asc&wait=3&after=${cursor} HTTP/1.1`,
        "Host: x",
        `Authorization: Bearer ${ours.as.Admin}`,
      ),
    );
    expect([result.status, result.body.data, ms > 2_900]).toEqual([200, [], true]);
    await server.stop();
  });
});

describe("format=ocsf", () => {
  interface Ocsf {
    readonly type_uid: number;
    readonly class_uid: number;
    readonly activity_id: number;
    readonly category_uid: number;
    readonly time: number;
    readonly metadata: { readonly uid: string; readonly sequence: number };
    readonly unmapped: Readonly<Record<string, unknown>>;
  }

  it("has every event in both orders and as NDJSON, with the same cursors as the other format", async () => {
    const organisation = await newApiOrganisation(issuer, ENTRA[3], "Every action");
    const details = { to: "User", reason: "signed_out", member_id: organisation.memberId };
    const entries = AUDIT_ACTIONS.map((action: AuditAction) => ({
      action,
      target: { id: action === "access.refused" ? NO_ID : randomUUID(), name: action },
      details,
    }));
    // Not every client has an address and a user agent.
    const origins = [newOrigin(), { ...newOrigin(), clientAddress: null, userAgent: null }];
    for (const origin of origins) {
      const context = { now: await databaseNow(), ...origin };
      await prisma().$transaction((tx) => recordAudits(tx, actorOf(organisation), entries, context));
    }
    const plain = (await feed("page_size=200", organisation)).body;
    const { body } = await call<Ocsf[]>(listEvents, "/public-api/audit-events?order=asc&page_size=200&format=ocsf", {
      key: organisation.as.Admin,
    });
    expect(body.meta.pagination).toEqual(plain.meta.pagination);
    expect(body.data.map(({ metadata }) => metadata.uid)).toEqual(plain.data.map(({ id }) => id));
    for (const [n, event] of body.data.entries()) {
      const { seq, previous_hash, hash, at } = plain.data[n] ?? ({} as Event);
      expect(event.unmapped).toMatchObject({ seq, previous_hash, hash, details });
      expect([event.metadata.sequence, event.time]).toEqual([seq, Date.parse(at)]);
      expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
      expect(event.category_uid).toBe(Math.floor(event.class_uid / 1000));
    }
    const lines = await list("order=asc&page_size=200&format=ocsf", { Accept: "application/x-ndjson" }, organisation);
    const parsed = lines.text.split("\n").filter(Boolean);
    expect(parsed.map((line) => JSON.parse(line) as unknown)).toEqual(body.data);
    const newest = await call<Ocsf[]>(listEvents, "/public-api/audit-events?page_size=200&format=ocsf", {
      key: organisation.as.Admin,
    });
    expect(newest.body.data.map(({ metadata }) => metadata.sequence).sort((a, b) => a - b)).toEqual(
      seqs({ body: plain } as never),
    );
    // A cursor belongs to the events, not to how they are written.
    const next = await feed(
      `format=ocsf&page_size=1&after=${cursorOf(await feed("page_size=1", organisation))}`,
      organisation,
    );
    expect(next.status).toBe(200);
    // A saved file can't be verified, which is said, not reported as a fault of its events.
    const verifying = verifyFeed(Readable.from(parsed) as AsyncIterable<string>, { filtered: false });
    await expect(verifying).rejects.toThrow("OCSF");
  });

  it("is refused when it is another", async () => {
    const { status, body } = await feed("format=cef");
    expect([status, body.error.details.parameters]).toEqual([400, { format: "must be neo or ocsf" }]);
  });
});

describe("a saved feed", () => {
  const NDJSON = { Accept: "application/x-ndjson" };

  async function saved(query: string): Promise<string> {
    let text = "";
    let target: string | undefined = `/public-api/audit-events?${query}`;
    while (target) {
      const page: Answer = await call(listEvents, target, { key: theirs.as.Admin, headers: NDJSON });
      text += page.text;
      const [, next] = /^<(.+)>; rel="next"$/.exec(page.headers.get("link") ?? "") ?? [];
      target = page.headers.get("x-has-more") === "true" ? next : undefined;
    }
    return text;
  }

  async function exported(): Promise<string> {
    const actor: MemberActor = {
      ...actorOf(theirs),
      role: "Admin",
      email: null,
      tenantName: "Theirs",
      sessionId: null,
    };
    return new Response(exportStream("ndjson", readAuditEvents(actor, {}))).text();
  }

  it("verifies without the database: of the API in both orders, filtered, and exported by the dashboard", async () => {
    const odd = 'A\u2028B\r"\\😀é';
    const context = { now: await databaseNow(), requestId: randomUUID(), clientAddress: null, userAgent: odd };
    const details = { reason: odd, "10": 1, "9": null, last4: "x", list: [odd, ""], é: true };
    await prisma().$transaction((tx) => recordAudit(tx, actorOf(theirs), { ...entry(odd), details }, context));
    await write(theirs, 9);
    const { seq } = await prisma().auditChain.findUniqueOrThrow({ where: { tenantId: theirs.tenantId } });
    const files = {
      ascending: await saved("order=asc&page_size=4"),
      descending: await saved("page_size=5"),
      exported: await exported(),
    };
    const verify = async (text: string, filtered = false) =>
      verifyFeed(Readable.from(text.split("\n")) as AsyncIterable<string>, { filtered });
    for (const text of Object.values(files)) {
      const report = await verify(text);
      expect([report?.wrong, report?.events, report?.newest?.seq]).toEqual([null, Number(seq), Number(seq)]);
    }
    const filtered = await saved("order=asc&action=agent.updated");
    expect((await verify(filtered))?.wrong).not.toBeNull();
    expect((await verify(filtered, true))?.wrong).toBeNull();
    // An export without one of its events, or with another end.
    const lines = files.exported.split("\n");
    expect((await verify(lines.slice(1).join("\n")))?.wrong?.line).toBe(lines.length - 2);
    const otherEnd = files.exported.replace(/"hash":"[0-9a-f]{64}"\}\n$/, `"hash":"${CHAIN_START}"}\n`);
    expect((await verify(otherEnd))?.wrong?.line).toBe(lines.length - 1);
  });
});

describe("NDJSON", () => {
  const NDJSON = { Accept: "application/x-ndjson" };

  it("has a line for each event, and the rest of the list in headers", async () => {
    const json = await list("order=asc&page_size=3&action=api_key.updated");
    const lines = await list("order=asc&page_size=3&action=api_key.updated", NDJSON);
    expect(
      lines.text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(json.body.data);
    expect(lines.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
    expect([lines.headers.get("x-has-more"), lines.headers.get("vary")]).toEqual(["true", "Accept"]);
    const [, target = ""] =
      /^<(\/public-api\/audit-events\?.+)>; rel="next"$/.exec(lines.headers.get("link") ?? "") ?? [];
    expect(new URLSearchParams(target.split("?")[1]).get("after")).toBe(cursorOf(json));
    const next = await call<Event[]>(listEvents, target, { key: ours.as.Admin });
    expect(next.body.data[0]?.seq).toBeGreaterThan(json.body.data[2]?.seq ?? Infinity);
  });

  it("has a next page on every response in order=asc, else until the last one", async () => {
    const { cursor } = await readAll("");
    const empty = await list(`order=asc&after=${cursor}`, NDJSON);
    expect([empty.text, empty.headers.get("x-has-more")]).toEqual(["", "false"]);
    expect(empty.headers.get("link")).toContain(`after=${cursor}`);
    const newest = await list("page_size=1", NDJSON);
    expect(newest.headers.get("link")).toMatch(/[?&]cursor=/);
    const last = await list("page_size=200", NDJSON);
    expect([last.headers.get("x-has-more"), last.headers.get("link")]).toEqual(["false", null]);
  });

  it("is JSON unless NDJSON is preferred, and so is every refusal", async () => {
    for (const accept of ["*/*", "application/json", "application/x-ndjson;q=0.5, application/json"]) {
      const answer = await list("page_size=1", { Accept: accept });
      expect([answer.body.data.length, answer.headers.get("vary")]).toEqual([1, "Accept"]);
    }
    expect((await list("page_size=0", NDJSON)).body.error.code).toBe("BAD_REQUEST");
  });
});
