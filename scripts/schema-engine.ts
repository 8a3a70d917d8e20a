import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlQuery,
} from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import { Pool, type QueryResult } from "pg";

import { databaseConfig } from "@/lib/config/database-connection";

import { readIfPresent } from "../dev/read-if-present";
import { ROOT } from "../dev/root";
import { PRISMA_MIGRATE_LOCK } from "./migration-lock";

export const MIGRATIONS_DIR = path.join(ROOT, "prisma", "migrations");
const LOCK_FILE = "migration_lock.toml";

/** Nothing in the database is managed externally. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

interface EngineModule {
  SchemaEngine: typeof SchemaEngine;
  __wbg_set_wasm: (exports: WebAssembly.Exports) => void;
}

let loaded: Promise<EngineModule> | undefined;

// Where the engine leaves the message of an internal error before it throws "unreachable".
const panics = { message: "", set_message: (message: string) => (panics.message = message) };
Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panics });

/** Loads Prisma's schema engine. Its entry point imports a `.wasm` file, which Node supports only behind a flag. */
async function loadEngine(): Promise<EngineModule> {
  return (loaded ??= (async () => {
    const glueFile = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const glue = (await import("@prisma/schema-engine-wasm/schema_engine_bg")) as unknown as EngineModule;
    const compiled = await WebAssembly.compile(readFileSync(glueFile.replace(/\.js$/, ".wasm")));
    const instance = await WebAssembly.instantiate(compiled, {
      "./schema_engine_bg.js": glue as unknown as WebAssembly.ModuleImports,
    });
    glue.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
    return glue;
  })());
}

/** Type ids of PostgreSQL's catalog: the one-byte `"char"`, which Prisma's `pg` adapter refuses, and text. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** A pool that reports `"char"` columns as text and remembers which they were. */
class CatalogPool extends Pool {
  readonly charColumns = new WeakMap<unknown[], number[]>();

  override async query(...args: unknown[]): Promise<never> {
    const result = (await (super.query as (...args: unknown[]) => Promise<QueryResult>)(...args)) as
      QueryResult | QueryResult[];
    for (const { fields, rows } of Array.isArray(result) ? result : [result]) {
      const indices = fields.flatMap((field, index) => (field.dataTypeID === CHAR_OID ? [index] : []));
      for (const field of fields) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
      if (indices.length > 0) this.charColumns.set(rows, indices);
    }
    return result as never;
  }
}

/**
 * The engine's own lock belongs to a session: a pooler may route its next statement to another one, and the lock stays
 * behind. A migration holds the same lock for its duration, in a transaction (migration-lock.ts).
 */
const ENGINE_LOCK = `SELECT pg_advisory_lock(${PRISMA_MIGRATE_LOCK})`;
/** How the engine records the start of a migration. */
const RECORD_START = 'INSERT INTO "_prisma_migrations"';

/**
 * Prisma's `pg` adapter, extended where the engine needs more than the client.
 * @param beforeMigration runs before a migration is recorded as started; a throw aborts the engine's work
 */
async function adapt(pool: CatalogPool, beforeMigration: () => Promise<void>): Promise<SqlDriverAdapter> {
  const adapter = await new PrismaPg(pool).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  const executeRaw = adapter.executeRaw.bind(adapter);
  return Object.assign(adapter, {
    // The engine reads catalog columns of the type "char".
    async queryRaw(query: SqlQuery) {
      if (query.sql.startsWith(RECORD_START)) await beforeMigration();
      const result = await queryRaw(query);
      for (const index of pool.charColumns.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    },
    executeRaw: (query: SqlQuery) => (query.sql === ENGINE_LOCK ? Promise.resolve(0) : executeRaw(query)),
    // A whole script in one round trip: PostgreSQL runs it as one transaction, and a `;` inside a literal ends nothing.
    async executeScript(script: string) {
      await pool.query(script);
    },
  });
}

interface EngineOptions {
  url: string;
  shadowUrl?: string;
  schema?: string;
  beforeMigration?: () => Promise<void>;
}

/**
 * Runs `work` with a schema engine on a database.
 * @param options.url PostgreSQL connection string
 * @param options.shadowUrl an empty database the engine may fill, for comparisons with the migrations
 * @param options.schema text of the schema; prisma/schema.prisma by default
 * @param options.beforeMigration runs before a migration is recorded as started; a throw aborts the engine's work
 */
export async function withEngine<T>(
  { url, shadowUrl, schema, beforeMigration = () => Promise.resolve() }: EngineOptions,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine: Engine } = await loadEngine();
  const pools: CatalogPool[] = [];
  const connect = (to: string) => {
    const pool = new CatalogPool({ ...databaseConfig(to, { connectionTimeoutMillis: 10_000 }), max: 1 });
    pools.push(pool);
    return adapt(pool, beforeMigration);
  };
  const engine = await Engine.new(
    { datamodels: [["schema.prisma", schema ?? readSchema()]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory({
      provider: "postgres",
      adapterName: "@prisma/adapter-pg",
      connect: () => connect(url),
      connectToShadowDb: () => connect(shadowUrl ?? url),
    }),
  );
  try {
    return await work(engine);
  } catch (error) {
    if (panics.message) throw new Error(`Prisma's schema engine failed: ${panics.message}`, { cause: error });
    throw error;
  } finally {
    if (!panics.message) engine.free();
    // The engine leaves its connections open.
    await Promise.all(pools.map((pool) => pool.end()));
  }
}

/** The text of prisma/schema.prisma. */
export function readSchema(): string {
  return readFileSync(path.join(ROOT, "prisma", "schema.prisma"), "utf8");
}

/** Reads prisma/migrations, oldest first, in the engine's form. */
export function readMigrations(folder = MIGRATIONS_DIR): MigrationList {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir: folder,
    lockfile: { path: LOCK_FILE, content: readIfPresent(path.join(folder, LOCK_FILE)) },
    shadowDbInitScript: "",
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: readFileSync(path.join(folder, name, "migration.sql"), "utf8") },
      },
    })),
  };
}
