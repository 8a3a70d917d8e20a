import "server-only";

import type { CallerKind } from "@/lib/usage/kinds";
import { REFUSALS_KEPT } from "@/lib/usage/counter";
import { latestUse, type LatestUse } from "@/lib/usage/latest";
import { type Outcome, OUTCOMES } from "@/lib/usage/outcome";
import { CALLERS_DAYS, firstCallersDay, INTERVAL_MS, USAGE_RANGES, type UsageRange } from "@/lib/usage/range";
import type { UsageTables } from "@/lib/usage/tables";
import { prisma } from "@/lib/db/client";
import { type KeyUsageRefusal, Prisma } from "@/lib/generated/prisma/client";

/** Callers of each kind that are listed. */
const TOP = 10;

/** Calls by outcome. */
type UsageCounts = Readonly<Record<Outcome, number>>;

/** A point of time, and the calls in the hour or day from then on. */
type UsagePoint = UsageCounts & { readonly start: Date };

/** An address, client or endpoint, and its calls in the last 30 days. */
export interface UsageCaller {
  readonly value: string;
  readonly calls: number;
  readonly lastSeen: Date;
}

/** A call that was refused. */
type UsageRefusal = Omit<KeyUsageRefusal, "tenantId" | "keyId">;

/** The usage of a credential. */
export interface Usage {
  readonly range: UsageRange;
  readonly interval: "hour" | "day";
  /** In order, without gaps; the last one is the current hour or day. */
  readonly points: readonly UsagePoint[];
  readonly totals: UsageCounts;
  readonly callers: Readonly<Record<Exclude<CallerKind, "denied" | "overlap">, readonly UsageCaller[]>>;
  readonly refusals: readonly UsageRefusal[];
  readonly latest: LatestUse | null;
}

/** A credential, and where its usage is stored. */
interface Source {
  readonly tables: UsageTables;
  readonly tenantId: string;
  readonly id: string;
}

const NONE: UsageCounts = { served: 0, client_errors: 0, rate_limited: 0, refused: 0, failed: 0 };

const COUNTS = Prisma.raw(OUTCOMES.map((outcome) => `${outcome}::float8`).join(", "));

/** One of the tables, and the condition of the credential's rows. */
function rowsOf({ tables: { prefix, id: column }, tenantId, id }: Source, table: string): Prisma.Sql {
  const [name, credential] = [Prisma.raw(`${prefix}_${table}`), Prisma.raw(column)];
  return Prisma.sql`${name} where tenant_id = ${tenantId}::uuid and ${credential} = ${id}::uuid`;
}

async function readPoints(source: Source, range: UsageRange, now: Date): Promise<UsagePoint[]> {
  const { interval, points } = USAGE_RANGES[range];
  const [length, place] = [INTERVAL_MS[interval], Prisma.raw(interval)];
  const first = Math.floor(now.getTime() / length) - points + 1;
  const rows = await prisma().$queryRaw<(UsageCounts & { readonly place: number })[]>`
    select ${place} as place, ${COUNTS} from ${rowsOf(source, `${interval}s`)} and ${place} between ${first} and ${first + points - 1}`;
  const counted = new Map(rows.map(({ place, ...counts }) => [place, counts]));
  return Array.from({ length: points }, (_, n) => ({
    start: new Date((first + n) * length),
    ...(counted.get(first + n) ?? NONE),
  }));
}

async function readCallers(source: Source, now: Date): Promise<Usage["callers"]> {
  const rows = await prisma().$queryRaw<(UsageCaller & { readonly kind: CallerKind })[]>`
    select kind, value, calls, last_seen as "lastSeen" from (
      select kind, value, sum(calls)::float8 as calls, max(last_seen) as last_seen,
        row_number() over (partition by kind order by sum(calls) desc, value) as place
      from (select case kind when 'denied' then 'address' else kind end as kind, value, calls, last_seen
        from ${rowsOf(source, "callers")} and day >= ${firstCallersDay(now)}) as counted
      group by kind, value) as placed
    where place <= ${TOP} order by place`;
  const of = (wanted: CallerKind) => rows.flatMap(({ kind, ...caller }) => (kind === wanted ? [caller] : []));
  return { address: of("address"), client: of("client"), endpoint: of("endpoint") };
}

const readRefusals = (source: Source, now: Date) => prisma().$queryRaw<UsageRefusal[]>`
  select at, request_id as "requestId", reason, status, endpoint, address from ${rowsOf(source, "refusals")}
    and at > ${new Date(now.getTime() - CALLERS_DAYS * INTERVAL_MS.day)}::timestamptz
  order by at desc, request_id desc limit ${REFUSALS_KEPT}`;

/** The latest call with a credential while it was valid, in the last 30 days; null for none. */
export async function readLatest(source: Source): Promise<LatestUse | null> {
  const [latest = null] = await prisma().$queryRaw<LatestUse[]>`
    select at, address, client, endpoint from ${rowsOf(source, "latest")}`;
  return latest;
}

/**
 * What a credential was used for. The caller has checked that it belongs to the organisation.
 * @param lastUsedAt its own column
 * @param now the database's clock
 */
export async function readUsage(source: Source, lastUsedAt: Date | null, range: UsageRange, now: Date) {
  const [points, callers, refusals, latest] = await Promise.all([
    readPoints(source, range, now),
    readCallers(source, now),
    readRefusals(source, now),
    readLatest(source),
  ]);
  const totals: Record<Outcome, number> = { ...NONE };
  for (const outcome of OUTCOMES) for (const point of points) totals[outcome] += point[outcome];
  const usage: Usage = {
    ...{ range, interval: USAGE_RANGES[range].interval, points, totals, callers, refusals },
    latest: latestUse(latest, lastUsedAt),
  };
  return usage;
}
