// `node dev/bootstrap.mjs bench/audit-export.ts [rows] [verify]`: creates a temporary PostgreSQL with an audit log of two million
// rows and starts the product on it. Downloads half and all of the log, in both formats, two concurrently, and once slowly, then
// (with `verify`, only) runs `npm run audit:verify`. Prints the time, and the peak memory in each tenth of the run, in MB:
// resident, V8 heap used, and external. Memory is constant if it levels off and twice the rows need no more.
import { spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import path from "node:path";

import { encode } from "next-auth/jwt";
import { Client } from "pg";

import { CHAIN_START, type ChainedRow, rowHash } from "@/lib/audit-log/chain";
import { RENDERED_FOR_FIELD, renderedForId } from "@/lib/auth/rendered-for";

import { ensureBuilt } from "../scripts/build";
import type { Child } from "../dev/child";
import { startPostgres } from "../tests/support/postgres-server";
import { migrate } from "../scripts/migrate";
import { launchApp } from "../dev/launch";
import { freePort } from "../dev/port";
import { ROOT } from "../dev/root";
import { ProcessGroup } from "../dev/process-group";
import { MEASURED, memoryOf } from "../tests/support/memory";
import { testEnvironment } from "../tests/support/test-environment";
import { addTenant, type BenchTenant } from "./fill";
import { residentMegabytes, treeOf } from "./process-memory";

const ROWS = Number(process.argv[2] ?? 2_000_000);
const BATCH = 5_000;
/** The time of the first row; each row is one second later. */
const FIRST = Date.now() - ROWS * 1_000;

/** Writes a chain like recordAudit, in batches. */
async function fillLog(client: Client, { tenantId, memberId }: BenchTenant): Promise<void> {
  let hash = CHAIN_START;
  const targetId = randomUUID();
  for (let seq = 1; seq <= ROWS;) {
    const rows: string[] = [];
    for (const end = Math.min(ROWS, seq + BATCH - 1); seq <= end; seq++) {
      const row: ChainedRow & { prevHash: string } = {
        tenantId,
        seq,
        id: randomUUID(),
        at: FIRST + seq * 1_000,
        action: "api_key.created",
        actorKind: "MEMBER",
        actorId: memberId,
        actorName: "Bench Admin",
        targetType: "api_key",
        targetId,
        targetName: `Billing export script ${seq}`,
        requestId: randomUUID(),
        clientAddress: "192.0.2.7",
        userAgent:
          "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        details: '{"last4": "Ef01", "expires_at": null}',
        prevHash: hash,
      };
      hash = rowHash(hash, row);
      rows.push(JSON.stringify({ ...row, hash }));
    }
    await client.query(
      `insert into audit_events (id, tenant_id, seq, at, action, actor_kind, actor_id, actor_name, target_type, target_id,
         target_name, request_id, client_address, user_agent, details, prev_hash, hash)
       select id, "tenantId", seq, to_timestamp(at / 1000.0), action, "actorKind"::audit_actor_kind, "actorId", "actorName",
         "targetType", "targetId", "targetName", "requestId", "clientAddress", "userAgent", details::jsonb,
         decode("prevHash", 'hex'), decode(hash, 'hex')
       from json_to_recordset($1::json) as r (id uuid, "tenantId" uuid, seq bigint, at bigint, action text,
         "actorKind" text, "actorId" uuid, "actorName" text, "targetType" text, "targetId" uuid, "targetName" text,
         "requestId" uuid, "clientAddress" text, "userAgent" text, details text, "prevHash" text, hash text)`,
      [`[${rows.join(",")}]`],
    );
  }
  await client.query("alter table audit_chains disable trigger audit_chains_forward");
  await client.query("update audit_chains set seq = $2, hash = decode($3, 'hex') where tenant_id = $1", [
    tenantId,
    ROWS,
    hash,
  ]);
  await client.query("alter table audit_chains enable always trigger audit_chains_forward");
  await client.query("vacuum analyze audit_events");
}

const megabytes = (bytes: number) => Math.round(bytes / 1_048_576);

/** A memory sample, with the run's progress from 0 to 1. */
interface Sample {
  readonly way: number;
  readonly memory: Partial<NodeJS.MemoryUsage>;
}

/** The peak in each tenth of the run. */
function tenths(samples: readonly Sample[], of: keyof NodeJS.MemoryUsage): string {
  return Array.from({ length: 10 }, (_, tenth) => {
    const seen = samples.filter(({ way }) => Math.min(9, Math.floor(way * 10)) === tenth);
    return seen.length > 0 ? String(megabytes(Math.max(...seen.map(({ memory }) => memory[of] ?? 0)))) : "-";
  }).join(" ");
}

/** A run's progress, from 0 to 1. */
interface Way {
  gone: number;
}

/** Runs something while sampling a process's memory, and prints the time and the memory. */
async function measure(what: string, app: Child, work: (way: Way) => Promise<string>): Promise<void> {
  const samples: Sample[] = [];
  const way: Way = { gone: 0 };
  const over = new AbortController();
  const watch = (async () => {
    while (!over.signal.aborted) {
      samples.push({ way: way.gone, memory: await memoryOf(app, "memory") });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  const begun = performance.now();
  const result = await work(way);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  over.abort();
  await watch;
  console.log(`${what}: ${result} in ${seconds} s`);
  for (const of of ["rss", "heapTotal", "heapUsed", "external"] as const)
    console.log(`  ${of.padEnd(9)} ${tenths(samples, of)}`);
}

/** Runs `npm run audit:verify` on a database, and prints the time and the resident memory of its largest process. */
async function measureVerification(databaseUrl: string): Promise<void> {
  const begun = performance.now();
  const args = [path.join(ROOT, "dev/bootstrap.mjs"), "scripts/audit-verify.ts"];
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"] });
  const seen: { at: number; rss: number }[] = [];
  const timer = setInterval(() => {
    seen.push({
      at: performance.now(),
      rss: Math.max(...treeOf(child.pid ?? 0).map((pid) => residentMegabytes(pid) || 0)) * 2 ** 20,
    });
  }, 200);
  await once(child, "exit");
  clearInterval(timer);
  const took = performance.now() - begun;
  const samples = seen.map(({ at, rss }) => ({ way: (at - begun) / took, memory: { rss } }));
  console.log(`verification: ended with ${String(child.exitCode)} in ${(took / 1_000).toFixed(1)} s`);
  console.log(`  rss       ${tenths(samples, "rss")}`);
}

const processes = new ProcessGroup();

/** Starts the product on a database and downloads exports in an admin's session. */
async function measureExports(databaseUrl: string, sessionId: string, page: string): Promise<void> {
  await ensureBuilt({ log: console.log, onChild: (child) => processes.add(() => child.stop()) });
  const port = await freePort();
  const secret = randomBytes(32).toString("base64");
  const url = `http://localhost:${port}`;
  const settings = { ...testEnvironment(databaseUrl), NEXTAUTH_URL: url, NEXTAUTH_SECRET: secret };
  const app = await launchApp({ port, host: "127.0.0.1", settings, nodeFlags: MEASURED }, processes.addChild);
  const cookie = `next-auth.session-token=${await encode({ token: { sid: sessionId }, secret })}`;

  const get = async (address: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/roles-access/audit-log${address}`, {
      headers: { cookie, [RENDERED_FOR_FIELD]: page },
    });
    if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    return response;
  };
  const download = async (
    query: string,
    { rows = ROWS, pause, atMost = Infinity }: { rows?: number; pause?: () => Promise<void>; atMost?: number } = {},
    way: Way = { gone: 0 },
  ) => {
    const response = await get(`/export?${query}`);
    let [bytes, lines] = [0, 0];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
      way.gone = Math.min(1, Math.max(lines / rows, bytes / atMost));
      await pause?.();
      if (bytes > atMost) break;
    }
    return `${lines} lines, ${megabytes(bytes)} MB`;
  };
  const alive = async (when: string) => {
    const { heapUsed, external } = await memoryOf(app, "live memory");
    console.log(`alive ${when}: ${megabytes(heapUsed)} in the heap, ${megabytes(external)} outside of it`);
  };
  const rows = ROWS / 2;
  const half = `&from=${new Date(FIRST + (ROWS - rows + 1) * 1_000).toISOString()}`;
  await measure("warm-up", app, (way) => download("format=csv&q=Billing%20export%20script%20999", {}, way));
  await alive("before");
  await measure("CSV, half", app, (way) => download(`format=csv${half}`, { rows }, way));
  await measure("CSV, all", app, (way) => download("format=csv", {}, way));
  await measure("NDJSON, half", app, (way) => download(`format=ndjson${half}`, { rows }, way));
  await measure("NDJSON, all", app, (way) => download("format=ndjson", {}, way));
  await measure("both concurrently, half", app, async (way) => {
    const both = [download(`format=ndjson${half}`, { rows }, way), download(`format=csv${half}`, { rows })];
    return (await Promise.all(both)).join(" and ");
  });
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 5));
  await measure("NDJSON to a slow reader, who hangs up", app, (way) =>
    download("format=ndjson", { pause, atMost: 30_000_000 }, way),
  );
  await measure("the page, a search that finds nothing", app, async () => {
    const response = await get("?q=nothing-like-it");
    return `${response.status} ${(await response.text()).includes("Nothing matches") ? "nothing matches" : "?"}`;
  });
  await measure("the page, newest rows", app, async () => {
    const response = await get("");
    return `${response.status}, ${(await response.text()).length} characters`;
  });
  await alive("afterwards");
  await app.stop();
}

try {
  const postgres = await startPostgres();
  processes.add(() => postgres.stop());
  await migrate(postgres.url);
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const tenant = await addTenant(client, "Bench");
  const sessionId = randomUUID();
  await client.query("insert into sessions (id, member_id, expires_at) values ($1, $2, now() + interval '1 day')", [
    sessionId,
    tenant.memberId,
  ]);
  await fillLog(client, tenant);
  console.log(`${ROWS} rows written`);

  if (process.argv[3] !== "verify") await measureExports(postgres.url, sessionId, renderedForId(tenant));
  await measureVerification(postgres.url);
  await client.end();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
await processes.stop();
process.exit();
