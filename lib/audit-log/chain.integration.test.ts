import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { MemberActor } from "@/lib/actor";
import { rowHash } from "@/lib/audit-log/chain";
import { readAuditEvents } from "@/lib/audit-log/list";
import { recordAudit } from "@/lib/audit-log/record";
import { type ChainReport, reportLine, verifyAuditChains } from "@/lib/audit-log/verify";
import { databaseNow, prisma } from "@/lib/db/client";
import { createKey, rotateKey } from "@/lib/api-keys/service";
import { migrate } from "@/scripts/migrate";
import { newOrganisation, newOrigin } from "@/tests/support/people";
import { openTestDatabase, type TestDatabase } from "@/tests/support/test-database";

/** A client with the database's password that bypasses the application. */
let intruder: Client;
let admin: MemberActor;

let database: TestDatabase;

// A separate database: disabling triggers locks tables that other tests write to.
beforeAll(async () => {
  database = await openTestDatabase(process.env.NEO_TEST_DATABASE ?? "embedded");
  await migrate(database.url);
  process.env.DATABASE_URL = database.url;
  intruder = new Client({ connectionString: database.url });
  await intruder.connect();
});
afterAll(async () => {
  await prisma().$disconnect();
  await intruder.end();
  await database.stop();
});

beforeEach(async () => {
  admin = await newOrganisation();
});

const write = (actor: MemberActor, name: string, details = {}) =>
  prisma().$transaction(async (tx) => {
    const entry = { action: "agent.updated", target: { id: randomUUID(), name }, details } as const;
    await recordAudit(tx, actor, entry, { now: await databaseNow(tx), ...newOrigin() });
  });

async function writeMany(count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await write(admin, `event ${n}`);
}

async function report(tenantId = admin.tenantId): Promise<ChainReport> {
  const query = async <Row>(sql: string, values: readonly unknown[]) =>
    (await intruder.query(sql, [...values])).rows as Row[];
  for await (const one of verifyAuditChains(query)) if (one.tenantId === tenantId) return one;
  throw new Error("no report of this tenant");
}

/** Runs statements with the triggers disabled, as only the owner of the tables can. */
async function tamper(sql: string, values: readonly unknown[] = [admin.tenantId]): Promise<void> {
  await intruder.query("begin");
  await intruder.query("alter table audit_events disable trigger user");
  await intruder.query("alter table audit_chains disable trigger user");
  await intruder.query(sql, [...values]);
  await intruder.query("alter table audit_events enable always trigger audit_events_append_only");
  await intruder.query("alter table audit_chains enable always trigger audit_chains_forward");
  await intruder.query("alter table audit_chains enable always trigger audit_chains_kept");
  await intruder.query("commit");
}

const rowsOf = (tenantId: string) => prisma().auditEvent.findMany({ where: { tenantId }, orderBy: { seq: "asc" } });

describe("the table", () => {
  it.each([
    "update audit_events set actor_name = 'nobody'",
    "update audit_events set actor_name = actor_name where false",
    "delete from audit_events",
    "delete from audit_chains",
    "truncate audit_events",
    "truncate audit_chains",
    "truncate tenants cascade",
    "update audit_chains set seq = seq - 1",
    "update audit_chains set seq = seq",
  ])("refuses %s", async (sql) => {
    await writeMany(1);
    await expect(intruder.query(sql)).rejects.toThrow(/append-only/);
    await intruder.query("set session_replication_role = replica");
    await expect(intruder.query(sql)).rejects.toThrow(/append-only/);
    await intruder.query("reset session_replication_role");
    expect(await report()).toMatchObject({ rows: 1, fault: null });
  });
});

describe("recordAudit", () => {
  it("chains rows without gaps, each to its predecessor", async () => {
    await write(admin, "Ünïcode, “quotes”, : and , and 👩‍🚀", { list: ["b", "a"], b: 1, a: null, text: 'tab\t"quote"' });
    await writeMany(2);
    const rows = await rowsOf(admin.tenantId);
    expect(rows.map((row) => row.seq)).toEqual([1n, 2n, 3n]);
    expect(rows.map((row) => Buffer.from(row.prevHash).toString("hex"))).toEqual([
      "0".repeat(64),
      ...rows.slice(0, 2).map((row) => Buffer.from(row.hash).toString("hex")),
    ]);
    const end = Buffer.from(rows[2]!.hash).toString("hex");
    expect(await report()).toEqual({
      tenantId: admin.tenantId,
      tenantName: admin.tenantName,
      rows: 3,
      end,
      fault: null,
    });
  });

  it("keeps one chain per organisation under concurrent writes", async () => {
    const others = [await newOrganisation(), await newOrganisation()];
    const writers = [admin, ...others].flatMap((actor) => Array.from({ length: 12 }, (_, n) => write(actor, `${n}`)));
    await Promise.all(writers);
    for (const { tenantId } of [admin, ...others]) {
      expect((await rowsOf(tenantId)).map((row) => Number(row.seq))).toEqual(
        Array.from({ length: 12 }, (_, n) => n + 1),
      );
      expect(await report(tenantId)).toMatchObject({ rows: 12, fault: null });
    }
  });

  it("doesn't deadlock with rows locked by services", async () => {
    const now = await databaseNow();
    const input = { name: "Contended", expiry: { kind: "never" } } as const;
    const keys = await Promise.all(Array.from({ length: 4 }, () => createKey(admin, input, { now, ...newOrigin() })));
    const rotations = keys.flatMap(({ id }) =>
      [1, 2].map(() => rotateKey(admin, id, { kind: "same" }, { now, ...newOrigin() })),
    );
    const done = await Promise.allSettled(rotations);
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
    for (const one of done) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "CONFLICT" });
    expect(await report()).toMatchObject({ rows: 8, fault: null });
  });

  it("leaves nothing behind after a rollback, not even a gap", async () => {
    await writeMany(1);
    const failing = prisma().$transaction(async (tx) => {
      const entry = { action: "agent.created", target: { id: randomUUID(), name: "Undone" } } as const;
      await recordAudit(tx, admin, entry, { now: await databaseNow(tx), ...newOrigin() });
      throw new Error("the change failed after its row");
    });
    await expect(failing).rejects.toThrow("the change failed");
    await write(admin, "The next");
    expect((await rowsOf(admin.tenantId)).map((row) => row.targetName)).toEqual(["event 1", "The next"]);
    expect(await report()).toMatchObject({ rows: 2, fault: null });
  });

  it("writes no row for a tenant without a chain", async () => {
    await tamper("delete from audit_chains where tenant_id = $1");
    await expect(write(admin, "Lost")).rejects.toThrow("has no audit chain");
    expect(await rowsOf(admin.tenantId)).toEqual([]);
  });
});

describe("verification", () => {
  beforeEach(() => writeMany(6));

  const columns = [
    ["at", "at + interval '1 millisecond'"],
    ["action", "'agent.deleted'"],
    ["actor_kind", "'API_KEY'"],
    ["actor_id", "gen_random_uuid()"],
    ["actor_name", "actor_name || ' '"],
    ["target_type", "'member'"],
    ["target_id", "gen_random_uuid()"],
    ["target_name", "'something else'"],
    ["request_id", "gen_random_uuid()"],
    ["client_address", "null"],
    ["user_agent", "''"],
    ["details", `'{"more": true}'`],
    ["id", "gen_random_uuid()"],
    ["prev_hash", "sha256('x')"],
    ["hash", "sha256('x')"],
  ] as const;
  it.each(columns)("detects the row whose %s was altered", async (column, value) => {
    for (const seq of [6, 3]) {
      await tamper(`update audit_events set ${column} = ${value} where tenant_id = $1 and seq = ${seq}`);
      const found = await report();
      expect(found.fault).toMatchObject({ kind: "altered", seq });
      expect(found.rows).toBe(seq - 1);
      expect(reportLine(found)).toContain(`row ${seq}, id `);
    }
  });

  it("detects a row that was altered and rehashed", async () => {
    for (const seq of [6, 3]) {
      const row = (await rowsOf(admin.tenantId))[seq - 1]!;
      const hash = rowHash(Buffer.from(row.prevHash).toString("hex"), {
        ...row,
        seq,
        at: row.at.getTime(),
        targetName: "Rewritten",
        details: "{}",
      });
      const sql = "update audit_events set target_name = 'Rewritten', hash = decode($1, 'hex') where id = $2";
      await tamper(sql, [hash, row.id]);
      expect((await report()).fault).toEqual({ kind: "altered", seq, id: row.id });
    }
  });

  it.each([
    [1, 1],
    [3, 3],
    [3, 5],
    [6, 6],
    [1, 6],
  ])("detects the removal of rows %i to %i", async (seq, until) => {
    await tamper(`delete from audit_events where tenant_id = $1 and seq between ${seq} and ${until}`);
    const found = await report();
    expect(found).toMatchObject({ rows: seq - 1, fault: { kind: "removed", seq, until } });
    expect(reportLine(found)).toMatch(seq === until ? `row ${seq} is gone` : `rows ${seq} to ${until} are gone`);
  });

  it("detects a removed tail even if the chain's end was reset", async () => {
    await tamper("delete from audit_events where tenant_id = $1 and seq > 4");
    await tamper("update audit_chains set seq = 4 where tenant_id = $1");
    expect((await report()).fault).toMatchObject({ kind: "altered", seq: 4 });
  });

  const copy = (seq: string, hash: string, from: number) => `
    insert into audit_events (id, tenant_id, seq, at, action, actor_kind, actor_id, actor_name, target_type, target_id,
      target_name, request_id, details, prev_hash, hash)
    select gen_random_uuid(), tenant_id, ${seq}, at, action, actor_kind, actor_id, 'Somebody else', target_type, target_id,
      target_name, request_id, details, ${hash} from audit_events where tenant_id = $1 and seq = ${from}`;

  it("detects a row appended with the triggers enabled", async () => {
    await intruder.query(copy("7", "hash, sha256('x')", 6), [admin.tenantId]);
    await intruder.query(copy("8", "hash, sha256('y')", 6), [admin.tenantId]);
    const found = await report();
    expect(found).toMatchObject({ rows: 6, fault: { kind: "inserted", seq: 7 } });
    expect(reportLine(found)).toMatch(/^INSERTED .*row 7, id .* was not written by the application; the 6 rows/);
  });

  it("detects a row inserted before the first", async () => {
    await tamper("alter table audit_events drop constraint audit_events_seq_from_one", []);
    for (const seq of ["0", "-9223372036854775807"]) {
      await intruder.query(copy(seq, "hash, sha256('x')", 1), [admin.tenantId]);
      expect((await report()).fault).toMatchObject({ kind: "inserted", seq: Number(seq) });
      await tamper("delete from audit_events where tenant_id = $1 and seq < 1");
    }
    await tamper("alter table audit_events add constraint audit_events_seq_from_one check (seq >= 1)", []);
    await expect(intruder.query(copy("0", "hash, sha256('x')", 1), [admin.tenantId])).rejects.toThrow(/from_one/);
  });

  it("detects a row inserted between two others", async () => {
    await tamper("update audit_events set seq = seq + 100 where tenant_id = $1 and seq > 3");
    await tamper("update audit_events set seq = seq - 99 where tenant_id = $1 and seq > 3");
    await tamper("update audit_chains set seq = 7 where tenant_id = $1");
    await intruder.query(copy("4", "hash, sha256('x')", 3), [admin.tenantId]);
    expect((await report()).fault).toMatchObject({ kind: "inserted", seq: 4 });
  });

  it("detects reordered rows", async () => {
    for (const [one, other] of [
      [2, 3],
      [1, 6],
    ] as const) {
      const exchange = async () => {
        await tamper(`update audit_events set seq = 1000000 where tenant_id = $1 and seq = ${one}`);
        await tamper(`update audit_events set seq = ${one} where tenant_id = $1 and seq = ${other}`);
        await tamper(`update audit_events set seq = ${other} where tenant_id = $1 and seq = 1000000`);
      };
      await exchange();
      const found = await report();
      // Of two swapped neighbours, the first looks inserted.
      expect(found).toMatchObject({ rows: one - 1, fault: { kind: one === 2 ? "inserted" : "altered", seq: one } });
      await exchange();
      expect(await report()).toMatchObject({ rows: 6, fault: null });
    }
  });

  it("detects a chain end that differs from the last row", async () => {
    await tamper("update audit_chains set hash = sha256('x') where tenant_id = $1");
    expect((await report()).fault).toMatchObject({ kind: "altered", seq: 6 });
  });

  it("detects a chain end advanced with the triggers enabled, also after later writes", async () => {
    const sql = "update audit_chains set seq = seq + 1, hash = sha256('x') where tenant_id = $1";
    await intruder.query(sql, [admin.tenantId]);
    expect((await report()).fault).toEqual({ kind: "removed", seq: 7, until: 7 });
    await writeMany(1);
    expect((await report()).fault).toEqual({ kind: "removed", seq: 7, until: 7 });
  });

  it("detects a row moved to another organisation", async () => {
    const other = await newOrganisation();
    await tamper("update audit_events set tenant_id = $2, seq = 1 where tenant_id = $1 and seq = 2", [
      admin.tenantId,
      other.tenantId,
    ]);
    expect((await report()).fault).toEqual({ kind: "removed", seq: 2, until: 2 });
    expect((await report(other.tenantId)).fault).toMatchObject({ kind: "inserted", seq: 1 });
  });

  it("detects a removed chain end, with or without all rows", async () => {
    await tamper("delete from audit_chains where tenant_id = $1");
    expect((await report()).fault).toEqual({ kind: "no-end" });
    await tamper("delete from audit_events where tenant_id = $1");
    expect((await report()).fault).toEqual({ kind: "no-end" });
  });

  it("reads each batch in index order, without sorting the log for every batch", async () => {
    const plans: string[] = [];
    await intruder.query("begin");
    // The planner would sort a table this small.
    for (const way of ["seqscan", "bitmapscan", "sort"]) await intruder.query(`set local enable_${way} = off`);
    const explaining = async <Row>(sql: string, values: readonly unknown[]) => {
      if (sql.includes("limit")) {
        const { rows } = await intruder.query<{ "QUERY PLAN": string }>(`explain ${sql}`, [...values]);
        plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      }
      return (await intruder.query(sql, [...values])).rows as Row[];
    };
    const reports: ChainReport[] = [];
    for await (const one of verifyAuditChains(explaining)) reports.push(one);
    expect(reports.find(({ tenantId }) => tenantId === admin.tenantId)).toMatchObject({ rows: 6, fault: null });
    await intruder.query("rollback");
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan).toContain("audit_events_tenant_id_seq_key");
      expect(plan).not.toContain("Sort");
    }
  });

  it("reports no fault while the application keeps writing", async () => {
    const [found] = await Promise.all([report(), writeMany(5)]);
    expect(found.fault).toBeNull();
    expect(await report()).toMatchObject({ rows: 11, fault: null });
  });
});

describe("readAuditEvents", () => {
  it("reads every event once across batches, and stops before events written meanwhile", async () => {
    await writeMany(1);
    await tamper(
      `insert into audit_events (id, tenant_id, seq, at, action, actor_kind, actor_id, actor_name, target_type, target_id,
         target_name, request_id, details, prev_hash, hash)
       select gen_random_uuid(), tenant_id, n, at - (n % 900) * interval '1 millisecond', action, actor_kind, actor_id,
         actor_name, target_type, target_id, 'row ' || n, request_id, details, prev_hash, hash
         from audit_events, generate_series(2, 2500) n where tenant_id = $1`,
    );
    await tamper("update audit_chains set seq = 2500 where tenant_id = $1");
    const batches = readAuditEvents(admin, {});
    const first = await batches.next();
    const seen = first.done ? [] : first.value;
    expect(seen).toHaveLength(1_000);
    const past = new Date((await databaseNow()).getTime() - 600_000);
    const entry = { action: "agent.updated", target: { id: randomUUID(), name: "meanwhile" } } as const;
    await prisma().$transaction((tx) => recordAudit(tx, admin, entry, { now: past, ...newOrigin() }));
    for await (const rows of batches) seen.push(...rows);
    expect(seen).toHaveLength(2_500);
    expect(new Set(seen.map((row) => row.seq)).size).toBe(2_500);
    expect(seen.some((row) => row.targetName === "meanwhile")).toBe(false);
  });
});

describe("the migration", () => {
  it("chains existing rows as the application would have", async () => {
    for (const details of [{ last4: "Ab01", expires_at: null, changed: ["name", "actions"], n: 3 }, {}]) {
      await write(admin, 'With "quotes", ümlauts and 👩‍🚀', details);
    }
    const sql = readFileSync(path.join("prisma", "migrations", "20261123120000_audit_chain", "migration.sql"), "utf8");
    const block = /DO \$\$[\s\S]+?\n\$\$;/.exec(sql)?.[0] ?? "";
    expect(block).toContain("sha256");
    await intruder.query("begin");
    try {
      await intruder.query("alter table audit_events disable trigger user");
      await intruder.query("alter table audit_chains disable trigger user");
      await intruder.query("delete from audit_chains");
      await intruder.query("alter table audit_events drop constraint audit_events_seq_from_one");
      await intruder.query("update audit_events set hash = sha256('x'), prev_hash = sha256('x'), seq = -seq");
      await intruder.query(block);
      expect(await report()).toMatchObject({ rows: 2, fault: null });
    } finally {
      await intruder.query("rollback");
    }
  });
});
