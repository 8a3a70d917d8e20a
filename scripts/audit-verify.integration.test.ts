import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { migrate } from "./migrate";
import { ROOT } from "../dev/root";
import { openTestDatabase, type TestDatabase } from "../tests/support/test-database";

const run = (program: string, url: string, args: readonly string[] = []) =>
  new Promise<number>((resolve) => {
    const child = execFile("npx", ["tsx", path.join(ROOT, program), ...args], {
      cwd: ROOT,
      env: { ...process.env, DATABASE_URL: url, DATABASE_URL_FILE: "" },
    });
    child.once("exit", (code) => resolve(code ?? -1));
  });

describe.each(["scripts/audit-verify.ts", "scripts/standalone-audit-verify.ts"])("the exit code of %s", (program) => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await openTestDatabase(process.env.NEO_TEST_DATABASE === "postgres" ? "postgres" : "embedded");
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.stop();
  });

  it("is 2 where nothing could be checked: no tables, no server, a wrong setting; 0 and 1 are verdicts", async () => {
    expect(await run(program, database.url)).toBe(2);
    expect(await run(program, "postgresql://neo@127.0.0.1:1/neo")).toBe(2);
    expect(await run(program, "postgresql://neo:a#b@127.0.0.1/neo")).toBe(2);
    expect(await run(program, `${database.url}&connection_limit=1`)).toBe(2);
    await migrate(database.url);
    expect(await run(program, database.url)).toBe(0);
    await client.query(
      "insert into tenants (id, entra_tenant_id, name) values (gen_random_uuid(), gen_random_uuid(), 'T')",
    );
    await client.query("alter table audit_chains disable trigger all");
    await client.query("update audit_chains set seq = 3");
    expect(await run(program, database.url)).toBe(1);
    // What was found stays found where another organisation's log can't be read.
    await client.query(
      "insert into tenants (id, entra_tenant_id, name) values (gen_random_uuid(), gen_random_uuid(), 'U')",
    );
    await client.query("alter table audit_chains rename to chains");
    await client.query(
      "create view audit_chains as select tenant_id, hash, case when seq = 0 then 1 / seq else seq end as seq from chains",
    );
    expect(await run(program, database.url)).toBe(1);
    await client.query("update chains set seq = 0");
    expect(await run(program, database.url)).toBe(2);
  }, 180_000);

  it("for a saved feed is 0 or 1 without a database; 2 where the file is missing or empty, or an argument unknown", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "neo-feed-"));
    const file = path.join(folder, "export.ndjson");
    const check = (...args: string[]) => run(program, "postgresql://neo@127.0.0.1:1/neo", args);
    expect(await check("--file", file)).toBe(2);
    writeFileSync(file, "");
    expect(await check("--file", file)).toBe(2);
    // An export of no events, complete and cut.
    const end = { action: "export.completed", details: { rows: 0, chain_place: 3 }, previous_hash: "00", hash: "ff" };
    writeFileSync(file, `${JSON.stringify({ place: null, ...end })}\n`);
    expect(await check("--filtered", "--file", file)).toBe(0);
    writeFileSync(file, JSON.stringify(end).slice(0, -5));
    expect(await check("--file", file)).toBe(1);
    expect(await check("--database", "x")).toBe(2);
    rmSync(folder, { recursive: true });
  }, 60_000);
});
