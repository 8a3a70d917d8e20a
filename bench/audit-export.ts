// `node local/bootstrap.mjs bench/audit-export.ts [rows]`: makes a throw-away PostgreSQL with an organisation whose audit log has
// a million rows, starts the product on it, downloads both exports at full speed and once slowly, and verifies the chain.
// Prints the time, and the memory that the server had in each tenth of it: constant means that it levels off.
import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

import { encode } from "next-auth/jwt";
import { Client } from "pg";

import { CHAIN_START, type ChainedRow, rowHash } from "@/lib/audit/chain";
import { reportLine, verifyAuditChains } from "@/lib/audit/verify";

import { ensureBuilt } from "../local/build";
import { startCluster } from "../local/database/cluster";
import { migrate } from "../local/database/migrate";
import { launchApp } from "../local/launch";
import { freePort } from "../local/port";
import { Started } from "../local/stack";
import { testEnvironment } from "../local/testing/test-environment";
import { addTenant, type BenchTenant } from "./fill";

const ROWS = Number(process.argv[2] ?? 1_000_000);
const BATCH = 5_000;

/** Writes a chain as recordAudit would, many rows at a time. */
async function fillLog(client: Client, { tenantId, memberId }: BenchTenant): Promise<void> {
  let hash = CHAIN_START;
  const first = Date.now() - ROWS * 1_000;
  const targetId = randomUUID();
  for (let seq = 1; seq <= ROWS;) {
    const rows: string[] = [];
    for (const end = Math.min(ROWS, seq + BATCH - 1); seq <= end; seq++) {
      const row: ChainedRow & { prevHash: string } = {
        tenantId,
        seq,
        id: randomUUID(),
        at: first + seq * 1_000,
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

const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;

/** The resident memory of a process, in bytes (Linux). */
function residentMemory(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
}

/** Does something while the memory of a process is watched, and prints both. */
async function measure(what: string, pid: number, work: () => Promise<string>): Promise<void> {
  const before = residentMemory(pid);
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(residentMemory(pid)), 50);
  const started = performance.now();
  const result = await work();
  clearInterval(timer);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const tenths = Array.from({ length: 10 }, (_, n) =>
    Math.max(before, ...seen.slice((n * seen.length) / 10, ((n + 1) * seen.length) / 10)),
  );
  console.log(`${what}: ${result} in ${seconds} s; resident memory ${tenths.map(megabytes).join(", ")}`);
}

const started = new Started();
try {
  await ensureBuilt({ log: console.log, onChild: (child) => started.add(() => child.stop()) });
  const cluster = await startCluster();
  started.add(() => cluster.stop());
  await migrate(cluster.url);
  const client = new Client({ connectionString: cluster.url });
  await client.connect();
  const tenant = await addTenant(client, "Bench");
  const sessionId = randomUUID();
  await client.query("insert into sessions (id, member_id, expires_at) values ($1, $2, now() + interval '1 day')", [
    sessionId,
    tenant.memberId,
  ]);
  await fillLog(client, tenant);
  console.log(`${ROWS} rows written`);

  const port = await freePort();
  const secret = randomBytes(32).toString("base64");
  const url = `http://localhost:${port}`;
  const settings = { ...testEnvironment(cluster.url), NEXTAUTH_URL: url, NEXTAUTH_SECRET: secret };
  const app = await launchApp({ port, host: "127.0.0.1", settings }, started.addChild);
  const pid = app.process.pid ?? 0;
  const cookie = `next-auth.session-token=${await encode({ token: { sid: sessionId }, secret })}`;

  const download = async (query: string, pause?: () => Promise<void>, atMost = Infinity) => {
    const response = await fetch(`http://127.0.0.1:${port}/roles-access/audit-log/export?${query}`, {
      headers: { cookie },
    });
    if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    let [bytes, lines] = [0, 0];
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) lines += 1;
      await pause?.();
      if (bytes > atMost) break;
    }
    return `${lines} lines, ${megabytes(bytes)}`;
  };
  await measure("warm-up", pid, () => download("format=csv&q=Billing%20export%20script%20999"));
  await measure("CSV", pid, () => download("format=csv"));
  await measure("NDJSON", pid, () => download("format=ndjson"));
  const slowly = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
  await measure("NDJSON to a slow reader, who hangs up", pid, () => download("format=ndjson", slowly, 30_000_000));

  await measure("the page, a search that finds nothing", pid, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/roles-access/audit-log?q=nothing-like-it`, {
      headers: { cookie },
    });
    return `${response.status} ${(await response.text()).includes("Nothing matches") ? "nothing matches" : "?"}`;
  });
  await measure("the page, newest rows", pid, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/roles-access/audit-log`, { headers: { cookie } });
    return `${response.status}, ${(await response.text()).length} characters`;
  });

  await measure("verification, in this process", process.pid, async () => {
    const query = async <Row>(sql: string, values: readonly unknown[]) =>
      (await client.query(sql, [...values])).rows as Row[];
    for await (const report of verifyAuditChains(query)) return reportLine(report);
    return "no report";
  });
  await client.end();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
await started.stop();
process.exit();
