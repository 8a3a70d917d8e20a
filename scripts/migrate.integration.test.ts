import { randomUUID } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";

import { openTestDatabase, type TestDatabase } from "../tests/support/test-database";
import { MIGRATIONS_DIR, readMigrations } from "./schema-engine";
import { migrate } from "./migrate";

const kind = process.env.NEO_TEST_DATABASE ?? "embedded";
const names = readMigrations().migrationDirectories.map((migration) => migration.path);

async function query<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

describe("migrate", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openTestDatabase(kind);
  });
  afterEach(() => database.stop());

  test("applies every migration once and records it as Prisma does", async () => {
    expect(await migrate(database.url)).toEqual(names);
    expect(await migrate(database.url)).toEqual([]);
    const rows = await query<{ migration_name: string; finished: boolean; applied_steps_count: number }>(
      database.url,
      "select migration_name, finished_at is not null as finished, applied_steps_count from _prisma_migrations order by started_at",
    );
    expect(rows).toEqual(names.map((name) => ({ migration_name: name, finished: true, applied_steps_count: 1 })));
  });

  test("refuses a database that had another text of a migration, names it, and applies nothing more", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "neo-migrations-"));
    const write = (name: string, sql: string) => {
      mkdirSync(path.join(folder, name), { recursive: true });
      writeFileSync(path.join(folder, name, "migration.sql"), sql);
    };
    try {
      copyFileSync(path.join(MIGRATIONS_DIR, "migration_lock.toml"), path.join(folder, "migration_lock.toml"));
      write("20260101000000_one", "create table one (id int);");
      write("20260102000000_two", "create table two (id int);");
      expect(await migrate(database.url, { folder })).toEqual(["20260101000000_one", "20260102000000_two"]);
      write("20260102000000_two", "create table two (id int, name text);");
      write("20260103000000_three", "create table three (id int);");
      const refused = migrate(database.url, { folder });
      await expect(refused).rejects.toThrow(/earlier text of 20260102000000_two,[^]*delete the folder \.data/);
      expect(await query(database.url, "select 1 from pg_tables where tablename = 'three'")).toEqual([]);
      // Once restored, it continues; the lock is free.
      write("20260102000000_two", "create table two (id int);");
      expect(await migrate(database.url, { folder })).toEqual(["20260103000000_three"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("accepts indexes of later releases that were created by hand before the upgrade", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "neo-migrations-"));
    try {
      cpSync(MIGRATIONS_DIR, folder, { recursive: true });
      const later = names.filter((name) => name > "20261129130000");
      for (const name of later) rmSync(path.join(folder, name), { recursive: true });
      await migrate(database.url, { folder });
      const added = later.flatMap((name) => {
        const sql = readFileSync(path.join(MIGRATIONS_DIR, name, "migration.sql"), "utf8");
        // An index of what the release itself adds can't be created before it.
        const newColumns = [...sql.matchAll(/ADD COLUMN +("\w+")/g)].map(([, column = ""]) => column);
        const isOld = (index: string, table = "") =>
          !sql.includes(`CREATE TABLE "${table}"`) && !newColumns.some((column) => index.includes(column));
        return [...sql.matchAll(/^CREATE INDEX (?:IF NOT EXISTS )?("\w+" ON "(\w+)"[^;]*)/gm)]
          .filter(([, index = "", table]) => isOld(index, table))
          .map(([, index = ""]) => index);
      });
      expect(added.length).toBeGreaterThan(0);
      for (const index of added) await query(database.url, `create index ${index}`);
      expect(await migrate(database.url)).toEqual(later);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // PGlite is one session, where no advisory lock excludes anyone: there the data folder admits one starter only.
  if (kind !== "embedded") {
    test("four concurrent starts apply each migration exactly once", async () => {
      const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));
      expect(applied.flat()).toEqual(names);
      expect(await query(database.url, "select 1 from _prisma_migrations")).toHaveLength(names.length);
    });
  }
});

describe("rules of the tables that only the migration states", () => {
  const url = inject("databaseUrl");
  const tenantId = randomUUID();
  const memberId = randomUUID();
  const applicationId = randomUUID();

  async function insertKey(columns: Record<string, unknown>): Promise<void> {
    const id = randomUUID();
    const row: Record<string, unknown> = {
      id,
      tenant_id: tenantId,
      name: "Billing export script",
      environment: "test",
      last4: "Ab01",
      hash: Buffer.from(randomUUID().replaceAll("-", "").repeat(2), "hex"),
      created_at: new Date(),
      created_by_id: memberId,
      lineage_id: id,
      ...columns,
    };
    const fields = Object.keys(row);
    await query(
      url,
      `insert into api_keys (${fields.join(", ")}) values (${fields.map((_, index) => `$${index + 1}`).join(", ")})`,
      Object.values(row),
    );
  }

  beforeEach(async () => {
    await query(url, "insert into tenants (id, entra_tenant_id, name) values ($1, $2, 'T') on conflict do nothing", [
      tenantId,
      tenantId,
    ]);
    await query(
      url,
      "insert into members (id, tenant_id, oid, name, role) values ($1, $2, $1, 'M', 'Admin') on conflict do nothing",
      [memberId, tenantId],
    );
    await query(
      url,
      `insert into applications (id, tenant_id, oid, client_id, name, role, bound_at, bound_by_id)
       values ($1, $2, $1, $1, 'A', 'KeyManager', now(), $3) on conflict do nothing`,
      [applicationId, tenantId, memberId],
    );
  });

  const rotatedAt = new Date("2026-06-01T12:00:00.000Z");
  const hours = (count: number, extraMs = 0) => new Date(rotatedAt.getTime() + count * 3_600_000 + extraMs);
  const rotation = { rotated_at: rotatedAt, rotated_by_id: memberId };

  test.each([
    ["a name of 200 characters", { name: "é".repeat(200) }],
    ["24 hours of grace for a key that never expires", { ...rotation, grace_ends_at: hours(24), expires_at: null }],
    [
      "a key that an application created, rotated and revoked",
      {
        ...{ created_by_id: null, created_by_application_id: applicationId },
        ...{ rotated_at: rotatedAt, rotated_by_application_id: applicationId, grace_ends_at: hours(24) },
        ...{ revoked_at: new Date(), revoked_by_application_id: applicationId },
      },
    ],
    ["grace up to the key's own expiry", { ...rotation, grace_ends_at: hours(2), expires_at: hours(2) }],
  ])("accepts %s", async (_, columns) => {
    await expect(insertKey(columns)).resolves.toBeUndefined();
  });

  test.each([
    ["an empty name", { name: "" }, "api_keys_name_length"],
    ["a name of 201 characters", { name: "é".repeat(201) }, "api_keys_name_length"],
    ["a hash that is not 32 bytes", { hash: Buffer.alloc(31) }, "api_keys_hash_is_sha256"],
    ["an environment of another form", { environment: "Prod" }, "api_keys_environment_form"],
    ["a whole secret where the last four belong", { last4: "AbCdEf01" }, "api_keys_last4_form"],
    ["a rotation without its grace", { ...rotation }, "api_keys_rotation_whole"],
    ["no creator", { created_by_id: null }, "api_keys_one_creator"],
    ["two creators", { created_by_application_id: applicationId }, "api_keys_one_creator"],
    [
      "a rotation by two",
      { ...rotation, grace_ends_at: hours(1), rotated_by_application_id: applicationId },
      "api_keys_rotation_whole",
    ],
    [
      "a revocation by two",
      { revoked_at: new Date(), revoked_by_id: memberId, revoked_by_application_id: applicationId },
      "api_keys_revoker_needs_revocation",
    ],
    [
      "an application of another tenant",
      { created_by_id: null, created_by_application_id: randomUUID() },
      "api_keys_tenant_id_created_by_application_id_fkey",
    ],
    ["a grace without a rotation", { grace_ends_at: hours(1) }, "api_keys_rotation_whole"],
    [
      "a grace of 24 hours and a millisecond",
      { ...rotation, grace_ends_at: hours(24, 1) },
      "api_keys_grace_at_most_24_hours",
    ],
    [
      "a grace past the key's expiry",
      { ...rotation, grace_ends_at: hours(2, 1), expires_at: hours(2) },
      "api_keys_grace_within_expiry",
    ],
    ["a revoker without a revocation", { revoked_by_id: memberId }, "api_keys_revoker_needs_revocation"],
    ["a creator of another tenant", { created_by_id: randomUUID() }, "api_keys_tenant_id_created_by_id_fkey"],
  ])("refuses %s", async (_, columns, constraint) => {
    await expect(insertKey(columns)).rejects.toMatchObject({ constraint });
  });
});
