import { readFileSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { databaseNow, prisma } from "@/lib/db/client";
import { beginSession } from "@/lib/members/sessions";
import { createKey, revokeKey, rotateKey } from "@/lib/api-keys/service";
import { inviteMember } from "@/lib/members/invitations";
import { changeRole, removeMember } from "@/lib/members/service";
import { writability } from "@/lib/db/readiness";
import { newMember, newOrganisation, newOrigin } from "@/tests/support/people";
import { openTestDatabase, type TestDatabase } from "@/tests/support/test-database";

import { ROOT } from "../../dev/root";
import { findPostgres, startPostgres } from "../../tests/support/postgres-server";
import { migrate } from "../../scripts/migrate";

/** The documented SQL for an application role that doesn't own the tables. */
const SQL =
  /```sql\n(create role neo_app[\s\S]+?)```/i.exec(
    readFileSync(path.join(ROOT, "docs", "operations.md"), "utf8"),
  )?.[1] ?? "";

let database: TestDatabase;
let app: Client;
let url: string;

beforeAll(async () => {
  // Skipped on an external server: TEST_DATABASE_URL's role may lack the right to create roles.
  database = await openTestDatabase(process.env.NEO_TEST_DATABASE === "postgres" ? "postgres" : "embedded");
  await migrate(database.url);
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  // Replaces the documented owner with the role that owns the tables here.
  await owner.query("create role neo");
  await owner.query(SQL);
  await owner.end();
  const asRole = new URL(database.url);
  asRole.searchParams.set("options", "-c role=neo_app");
  url = asRole.href;
  process.env.DATABASE_URL = url;
  app = new Client({ connectionString: url });
  await app.connect();
  // The embedded database has one session for all connections and ignores connection options.
  await app.query("set role neo_app");
});
afterAll(async () => {
  await prisma().$disconnect();
  await app.query("reset role");
  await app.end();
  await database.stop();
});

describe("a role that doesn't own the tables", () => {
  it("is sufficient for the application, and for a start without pending migrations", async () => {
    const { rows } = await app.query("select current_user as name");
    expect(rows).toEqual([{ name: "neo_app" }]);
    expect(await prisma().$queryRaw`select current_user::text as name`).toEqual([{ name: "neo_app" }]);
    const [now, admin] = [await databaseNow(), await newOrganisation()];
    const user = await newMember(admin.tenantId, "User", "Uma User");
    await beginSession(prisma(), user.memberId, { now, ...newOrigin() });
    const key = await createKey(admin, { name: "Export", expiry: { kind: "never" } }, { now, ...newOrigin() });
    await rotateKey(admin, key.id, { kind: "same" }, { now, ...newOrigin() });
    await revokeKey(admin, key.id, { now, ...newOrigin() });
    await inviteMember(admin, { name: "Gus", email: "gus@example.com", role: "User" }, { now, ...newOrigin() });
    await changeRole(admin, user.memberId, "Viewer", { now, ...newOrigin() });
    await removeMember(admin, user.memberId, { now, ...newOrigin() });
    expect(await prisma().auditEvent.count({ where: { tenantId: admin.tenantId } })).toBe(6);
    expect(await migrate(url)).toEqual([]);
  });

  it.each([
    "update audit_events set actor_name = 'Nobody'",
    "delete from audit_events",
    "truncate audit_events",
    "truncate audit_chains",
    "delete from audit_chains",
    "update audit_chains set seq = seq - 1",
    "alter table audit_events disable trigger audit_events_append_only",
    "alter table audit_events disable trigger all",
    "alter table audit_chains disable trigger audit_chains_kept",
    "drop trigger audit_events_append_only on audit_events",
    "drop table audit_events cascade",
    "alter table audit_events rename to gone",
    "alter table audit_events owner to neo_app",
    "set session_replication_role = replica",
    "create or replace function audit_refuse() returns trigger language plpgsql as $$ begin return null; end $$",
    "drop function audit_refuse() cascade",
    "create rule silent as on insert to audit_events do instead nothing",
  ])("can't %s", async (sql) => {
    const count = async () => (await app.query("select count(*)::int as n from audit_events")).rows as unknown;
    const before = await count();
    await expect(app.query(sql)).rejects.toThrow(/permission denied|must be owner|append-only|must be able to/);
    expect(await count()).toEqual(before);
  });
});

const programs = findPostgres();
if (!programs) console.log("skipped: the documented SQL for a second role: PostgreSQL is not installed");

describe.skipIf(!programs)("the documented SQL for a second role", () => {
  it.each(["the owner", "a superuser"])("works for %s, also for tables created by a later migration", async (who) => {
    const cluster = await startPostgres();
    const as = (user: string, password: string) => {
      const at = new URL(cluster.url);
      return `postgresql://${user}:${password}@${at.host}/neo?sslmode=disable`;
    };
    const run = async (to: string, sql: string) => {
      const client = new Client({ connectionString: to });
      await client.connect();
      try {
        return (await client.query(sql)).rows as unknown[];
      } finally {
        await client.end();
      }
    };
    try {
      await run(cluster.url, "create role neo login createrole password 'p'");
      await run(cluster.url, "create database neo owner neo");
      const owner = as("neo", "p");
      const superuser = cluster.url.replace("/postgres?", "/neo?");
      await migrate(owner);
      await run(who === "the owner" ? owner : superuser, SQL);
      await run(owner, "create table of_a_later_migration (id int)");
      const second = as("neo_app", "another%20password");
      expect(await run(second, "insert into of_a_later_migration values (1) returning id")).toEqual([{ id: 1 }]);
      await expect(run(second, "delete from audit_events")).rejects.toThrow("permission denied");
      expect(await migrate(second)).toEqual([]);
      const client = new Client({ connectionString: second });
      await client.connect();
      expect(await writability(client)).toEqual({ readOnly: false, missing: [] });
      await client.end();
    } finally {
      await cluster.stop();
    }
  });
});
