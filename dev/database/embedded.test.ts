import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";

import { Client, type Connection } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { listeningPorts } from "../../tests/support/listening-ports";
import { type EmbeddedDatabase, keepEmbedded, startEmbedded } from "./embedded";

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // The server is killed deliberately.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

describe("the embedded database", { timeout: 120_000 }, () => {
  let folder: string;
  let database: EmbeddedDatabase;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "neo-embedded-"));
    database = await startEmbedded({ dataDir: path.join(folder, "database") });
  });
  afterAll(async () => {
    await database.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("only this user can reach it: by a socket in a folder of mode 700, on no port", async () => {
    const socketFolder = new URL(database.url).searchParams.get("host") ?? "";
    expect(socketFolder).toBe(path.join(folder, "database.socket"));
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    const client = await connect(database.url);
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
    if (process.platform === "linux") expect(listeningPorts(database.child.process.pid ?? 0)).toEqual([]);
  });

  test("concurrent connections each get their own results", async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect(database.url)));
    // A transaction makes the others queue their messages.
    const busy = await connect(database.url);
    const asking = new AbortController();
    const transactions = (async () => {
      while (!asking.signal.aborted)
        for (const statement of ["begin", "select 1", "commit"]) await busy.query(statement);
    })();
    const asked = clients.map(async (client, n) => {
      const wrong = [];
      for (let i = 0; i < 150; i++) {
        const mine = `${n}/${i}`;
        // Unnamed and named statements, and the one unnamed portal that they all share.
        const unnamed = await client.query<{ mine: string }>("select $1::text as mine", [mine]);
        const named = await client.query<{ mine: string }>({
          name: `mine_${n}`,
          text: "select $1::text as mine from generate_series(1, 3)",
          values: [mine],
        });
        const got = [...unnamed.rows, ...named.rows].map((row) => row.mine);
        if (got.length !== 4 || got.some((each) => each !== mine)) wrong.push({ mine, got });
      }
      return wrong;
    });
    const outcomes = await Promise.allSettled(asked);
    asking.abort();
    await transactions;
    expect(outcomes).toEqual(clients.map(() => ({ status: "fulfilled", value: [] })));
    await Promise.all([busy, ...clients].map((client) => client.end()));
  });

  test.each([
    ["in the middle of a query", ["parse", "bind"]],
    ["in a transaction", ["begin"]],
  ])("a connection that goes %s does not keep the others waiting", async (_, steps) => {
    const others = await connect(database.url);
    for (let n = 0; n < 20; n++) {
      const client = await connect(database.url);
      const { connection } = client as unknown as { connection: Connection & { stream: Socket } };
      for (const step of steps) {
        if (step === "parse") connection.parse({ name: "", text: "select pg_sleep(0.01), $1::text", types: [] }, true);
        if (step === "bind") connection.bind({ values: ["x"] }, true);
        if (step === "begin") connection.query("begin");
      }
      // Sometimes immediately, while the message runs, and sometimes later.
      await new Promise((resolve) => setTimeout(resolve, n % 4));
      connection.stream.destroy();
      expect((await others.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    }
    await others.end();
  });

  test("where the path is too long for a socket it is in a private temporary folder, which goes with it", async () => {
    const long = await startEmbedded({ dataDir: path.join(folder, "long".repeat(20), "database") });
    const socketFolder = new URL(long.url).searchParams.get("host") ?? "";
    expect(path.dirname(socketFolder)).toBe(os.tmpdir());
    expect(statSync(socketFolder).mode & 0o777).toBe(0o700);
    const client = await connect(long.url);
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
    await long.stop();
    expect(existsSync(socketFolder)).toBe(false);
  });

  test("killed while it writes, it comes back with every row it had acknowledged", async () => {
    const writer = await connect(database.url);
    await writer.query("create table entries (id int primary key, filler text not null)");
    let acknowledged = 0;
    const writing = (async () => {
      for (;;) {
        await writer.query("insert into entries values ($1, repeat('x', 2000))", [acknowledged + 1]);
        acknowledged += 1;
      }
    })();
    // The write in progress when it was killed fails.
    const broken = expect(writing).rejects.toThrow();
    while (acknowledged < 50) await new Promise((resolve) => setTimeout(resolve, 10));
    database.child.process.kill("SIGKILL");
    await broken;

    database = await startEmbedded({ dataDir: path.join(folder, "database") });
    const reader = await connect(database.url);
    const { rows } = await reader.query<{ count: number; last: number }>(
      "select count(*)::int as count, max(id) as last from entries",
    );
    await reader.end();
    // The row in progress may or may not have been written; no earlier row may be missing or differ.
    expect([acknowledged, acknowledged + 1]).toContain(rows[0]?.last);
    expect(rows[0]?.count).toBe(rows[0]?.last);
  });

  test.each([
    ["beside its data", "kept"],
    ["elsewhere", path.join("kept".repeat(20), "database")],
  ])("one that is kept, its socket %s, is there again after a kill with what it had acknowledged", async (_, name) => {
    const said: string[] = [];
    const kept = await keepEmbedded({ dataDir: path.join(folder, name), log: (line) => said.push(line) });
    const writer = await connect(kept.url);
    await writer.query("create table entries (id int primary key)");
    for (let round = 1; round <= 2; round++) {
      const client = await connect(kept.url);
      await client.query("insert into entries values ($1)", [round]);
      kept.child.process.kill("SIGKILL");
      await kept.child.ended;
      let back: Client | undefined;
      while (!back) {
        back = await connect(kept.url).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect((await back.query("select count(*)::int as n from entries")).rows).toEqual([{ n: round }]);
      await back.end();
    }
    await kept.stop();
    expect(said.filter((line) => line.includes("starting it again"))).toHaveLength(2);
    await expect(connect(kept.url)).rejects.toThrow();
  });

  test("transactions of many connections do not mix, also where statements fail", async () => {
    const setup = await connect(database.url);
    await setup.query("create table counters (id int primary key, value int not null)");
    await setup.query("insert into counters values (1, 0)");
    await setup.end();
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async (worker) => {
        const client = await connect(database.url);
        for (let round = 0; round < 10; round++) {
          await client.query("begin");
          const { rows } = await client.query<{ value: number }>("select value from counters where id = $1", [1]);
          await client.query("update counters set value = $1 where id = 1", [(rows[0]?.value ?? 0) + 1]);
          if (worker % 2 === 0) {
            await expect(client.query("select 1 / $1::int", [0])).rejects.toThrow("division by zero");
            await client.query("rollback");
          } else {
            await client.query("commit");
          }
        }
        await client.end();
      }),
    );
    const reader = await connect(database.url);
    const { rows } = await reader.query("select value from counters");
    await reader.end();
    expect(rows).toEqual([{ value: 30 }]);
  });
});
