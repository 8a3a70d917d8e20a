// What the dashboard's pages about keys read, for an organisation with many keys and for one without.
import { execFileSync } from "node:child_process";
import path from "node:path";

import type { Client } from "pg";

import type { Bench, Row } from "@/bench/bench";
import { addTenant, addUsableKeys, type BenchTenant, fillKeys, fillUsage } from "@/bench/fill";
import { quantile, round } from "@/bench/statistics";
import { ROOT } from "@/dev/root";

const KEYS = 10_000;
/** Keys with 30 days of hours and 13 months of days: two million rows. */
const USED_KEYS = 1_700;

const NAMES = {
  list: "reads of the list of keys, against those for an organisation without keys",
  page: "reads of a key's page, against those for a key that was never used",
};

/** An organisation's side of the comparison, as an argument of key-reads.ts; without a key where it has none. */
async function side(client: Client, { tenantId, memberId }: BenchTenant): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    "select id from api_keys where tenant_id = $1 order by created_at desc limit 1",
    [tenantId],
  );
  return [tenantId, memberId, rows[0]?.id ?? ""].join(",");
}

/** Compares the reads of both pages. */
export async function measureKeyPages(bench: Bench): Promise<Row[]> {
  const { client } = bench;
  const empty = await addTenant(client, "Bench without keys");
  const unused = await addTenant(client, "Bench with an unused key");
  await addUsableKeys(client, unused, 1);
  const many = await addTenant(client, "Bench with many keys");
  const { rows } = await client.query<{ count: number }>("select count(*)::int as count from api_keys");
  await fillKeys(client, many, (rows[0]?.count ?? 0) + KEYS);
  await fillUsage(client, many, bench.quick ? 100 : USED_KEYS);
  const sides = [];
  for (const tenant of [empty, unused, many]) sides.push(await side(client, tenant));
  const program = path.join(import.meta.dirname, "key-reads.ts");
  const args = ["--conditions=react-server", "--import", "tsx", program, ...sides];
  const output = execFileSync(process.execPath, args, { cwd: ROOT, env: bench.environment, encoding: "utf8" });
  const times = JSON.parse(output) as Record<keyof typeof NAMES, Record<"few" | "many", number[]>>;
  return (["list", "page"] as const).map((what) => {
    const { few, many } = times[what];
    return {
      name: NAMES[what],
      connections: 1,
      keys: KEYS,
      ratio: round(quantile(many) / quantile(few), 3),
      p50_ms: round(quantile(many), 2),
      p99_ms: round(quantile(many, 0.99), 2),
      p50_ms_of_few: round(quantile(few), 2),
    };
  });
}
