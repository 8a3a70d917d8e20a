import { readFileSync } from "node:fs";
import path from "node:path";

import { Client } from "pg";

import { verifyAuditChains } from "@/lib/audit-log/verify";

import type { Fleet, Instance } from "../cluster/fleet";
import type { Answer } from "./ask";
import { type KeyLives, NAME_PREFIX } from "./key-lives";
import { judgeLedger, type StoredEvent, type StoredKey } from "./ledger";
import type { Checks } from "../support/checks";

/** A credential lookup times out after 3 seconds (lib/public-api/credentials/lookup-batcher.ts), plus tolerance for slow machines. */
export const KEY_BOUND_MS = 4_500;
/** 3 seconds for the lookup, or 3 for a connection and 5 for a statement (lib/db/client.ts), plus tolerance for slow machines. */
export const BOUND_MS = 10_000;
/** Requests stuck by a fault time out within the same bound. */
export const RESUME_MS = 10_000;

/** What a scenario needs. */
export interface Scene {
  readonly checks: Checks;
  readonly fleet: Fleet;
  /** Contoso's admin's access token. */
  readonly admin: string;
  /** The database's direct URL, which no network fault affects. */
  readonly databaseUrl: string;
}

/** Queries the database on a separate connection. */
export async function query<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Compares acknowledged changes with what is stored and with the audit log, and reports the differences. */
export async function reportLedger(
  { checks, databaseUrl }: Pick<Scene, "checks" | "databaseUrl">,
  lives: KeyLives,
  what: string,
): Promise<void> {
  const like = `${NAME_PREFIX}%`;
  const keys = await query<StoredKey>(
    databaseUrl,
    `select id, name, encode(hash, 'hex') as hash, replaces_id as replaces, rotated_at is not null as rotated,
       revoked_at is not null as revoked from api_keys where name like $1`,
    [like],
  );
  const events = await query<StoredEvent>(
    databaseUrl,
    `select action, target_id as target, details ->> 'new_key_id' as successor from audit_events
     where action in ('api_key.created', 'api_key.rotated', 'api_key.revoked') and target_name like $1`,
    [like],
  );
  const { acknowledged, unanswered, ...faults } = judgeLedger(lives.attempts, keys, events);
  const { create, rotate, revoke } = acknowledged;
  const least = Math.min(create, rotate, revoke);
  const none = (...names: (keyof typeof faults)[]) => least > 0 && names.every((name) => faults[name].length === 0);
  checks.expect(
    `${what}: no acknowledged change was lost`,
    none("lost"),
    {
      created: create,
      rotated: rotate,
      revoked: revoke,
      lost: faults.lost.length,
      "not acknowledged, yet done": unanswered.done,
      "not done": unanswered.notDone,
    },
    faults.lost,
  );
  checks.expect(
    `${what}: every key that was shown is stored`,
    none("notStored"),
    {
      shown: lives.shown.size,
      "not stored": faults.notStored.length,
    },
    faults.notStored,
  );
  checks.expect(
    `${what}: no half rotation`,
    none("halves"),
    { keys: keys.length, halves: faults.halves.length },
    faults.halves,
  );
  checks.expect(
    `${what}: no change without its event, no event without its change`,
    none("withoutEvent", "withoutChange"),
    {
      events: events.length,
      "without event": faults.withoutEvent.length,
      "without change": faults.withoutChange.length,
    },
    [...faults.withoutEvent, ...faults.withoutChange],
  );
  const twice = await query<{ name: string }>(
    databaseUrl,
    "select name from api_keys where name like $1 and replaces_id is null group by name having count(*) > 1",
    [like],
  );
  checks.expect(`${what}: no repeated create with an Idempotency-Key made a second key`, twice.length === 0, {
    twice: twice.length,
  });
  await reportAuditChains(checks, databaseUrl, what);
}

async function reportAuditChains(checks: Checks, databaseUrl: string, what: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const broken: string[] = [];
  let rows = 0;
  for await (const chain of verifyAuditChains(async <Row>(sql: string, values: readonly unknown[]) => {
    return (await client.query(sql, [...values])).rows as Row[];
  })) {
    rows += chain.rows;
    if (chain.fault) broken.push(`${chain.tenantName}: ${JSON.stringify(chain.fault)}`);
  }
  await client.end();
  checks.expect(`${what}: the audit log's chains verify`, broken.length === 0 && rows > 0, { rows }, broken);
}

/** Checks that every response came in time, and that every 503 has Retry-After. */
export function reportAnswers(checks: Checks, what: string, answers: readonly Answer[], boundMs: number): void {
  const refused = answers.filter(({ status }) => status === 503);
  const silent = refused.filter(({ retryAfter }) => !/^[1-9]\d*$/.test(retryAfter ?? ""));
  const hung = answers.filter((answer) => answer.hung);
  const slowest = Math.max(0, ...answers.map(({ ms }) => ms));
  checks.expect(
    `${what}: every answer came within ${String(boundMs / 1000)} seconds, and every 503 has Retry-After`,
    answers.length > 0 && hung.length === 0 && slowest <= boundMs && silent.length === 0,
    { answers: answers.length, "503": refused.length, hung: hung.length, "slowest ms": Math.round(slowest) },
  );
}

/** Any instance. */
export function anyOf(instances: readonly Instance[]): Instance {
  const found = instances[Math.floor(Math.random() * instances.length)];
  if (!found) throw new Error("a fleet without an instance");
  return found;
}

/** The instances' log lines for unexpected responses. @param unexpected the responses, with their request ids */
export function explained({ logFolder, instances }: Fleet, unexpected: readonly string[]): string[] {
  const lines = instances.flatMap((_, n) => readFileSync(path.join(logFolder, `app-${n}.log`), "utf8").split("\n"));
  return unexpected.map((answer) => {
    const id = /"request_id":"([^"]+)"/.exec(answer)?.[1] ?? answer;
    const line = lines.find((each) => each.includes(id)) ?? "";
    return `${answer.slice(0, 40)} ${/"err":\{.{0,400}/.exec(line)?.[0] ?? line.slice(0, 400)}`;
  });
}
