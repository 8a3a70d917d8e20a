// What the demo's keys were used for. Everything is derived from the calls of each hour, so that the figures of a page add up.
import type { Sql } from "./sql";

const HOUR_S = 3600;
const HOURS_OF_DAY = 24;
/** How long hours, callers and refusals are kept, in days, and how many days there are. */
const KEPT_DAYS = 30;
const ALL_DAYS = 150;

const OUTCOMES = ["served", "client_errors", "rate_limited", "refused", "failed"] as const;
type Counts = Record<(typeof OUTCOMES)[number], number>;
type Hour = Counts & { readonly hour: number };

/** What goes wrong, how many days and hours ago. */
const INCIDENTS: readonly (readonly [outcome: keyof Counts, hoursAgo: number, calls: number])[] = [
  ["refused", 7, 2],
  ["rate_limited", 2 * HOURS_OF_DAY + 3, 6],
  ["client_errors", 9 * HOURS_OF_DAY + 5, 4],
  ["failed", 16 * HOURS_OF_DAY + 1, 1],
];

/** What the list of refusals has of an outcome. */
const REFUSALS = {
  refused: { reason: "key_not_allowed", status: 403, endpoint: "GET /public-api/api-keys" },
  rate_limited: { reason: "organisation_limit", status: 429, endpoint: "GET /public-api/agents" },
  client_errors: { reason: "not_found", status: 404, endpoint: "GET /public-api/agents/{agent_id}" },
} as const;

/** The calls of an hour: more by day than by night, fewer at weekends. @param size served calls in a typical hour */
function callsOf(hour: number, nowHour: number, size: number): Hour {
  const wave = 1 + 0.8 * Math.sin((((hour % HOURS_OF_DAY) - 9) * Math.PI) / 12);
  // 1 January 1970 was a Thursday.
  const weekday = (Math.floor(hour / HOURS_OF_DAY) + 4) % 7;
  const weekend = weekday === 0 || weekday === 6 ? 0.3 : 1;
  const noise = 0.8 + 0.4 * Math.abs(Math.sin(hour * 12.9898));
  const counts = { served: Math.round(size * wave * weekend * noise), client_errors: 0, rate_limited: 0, refused: 0 };
  const own = INCIDENTS.filter(([, hoursAgo]) => hour === nowHour - hoursAgo);
  return { hour, ...counts, failed: 0, ...Object.fromEntries(own.map(([outcome, , calls]) => [outcome, calls])) };
}

const sum = (hours: readonly Hour[], outcomes: readonly (keyof Counts)[] = OUTCOMES) =>
  hours.reduce((total, hour) => outcomes.reduce((more, outcome) => more + hour[outcome], total), 0);

/** The callers of a day, of each kind as many as calls. */
function callersOf(hours: readonly Hour[]) {
  const all = sum(hours);
  const share = (part: number, of = all) => Math.round(of * part);
  const refused = sum(hours, ["refused"]);
  const missing = sum(hours, ["client_errors"]);
  const rest = all - refused - missing;
  return [
    ["address", "203.0.113.24", share(0.7)],
    ["address", "198.51.100.7", all - share(0.7)],
    ["client", "python-requests", share(0.7)],
    ["client", "curl", all - share(0.7)],
    ["endpoint", "GET /public-api/agents", share(0.6, rest)],
    ["endpoint", "GET /public-api/me", rest - share(0.6, rest)],
    ["endpoint", REFUSALS.client_errors.endpoint, missing],
    ["endpoint", REFUSALS.refused.endpoint, refused],
  ].filter(([, , calls]) => calls !== 0);
}

const INSERT = "tenant_id, key_id";
const OF_KEY = (columns: string) =>
  `from api_keys, jsonb_to_recordset($2::jsonb) as given(${columns}) where api_keys.id = $1::uuid`;

/** Adds what a key was used for. @param used how long ago it was last used @param calls served in a typical hour */
export async function addUsage(sql: Sql, id: string, age: string, used: string, calls: number): Promise<void> {
  const [times] = await sql<{ now: number; created: number; used: number }>(
    `select extract(epoch from now())::float8 as now, extract(epoch from now() - $1::interval)::float8 as created,
       extract(epoch from now() - $2::interval)::float8 as used`,
    [age, used],
  );
  if (!times) return;
  const hourOf = (seconds: number) => Math.floor(seconds / HOUR_S);
  const [now, last] = [hourOf(times.now), hourOf(times.used)];
  const first = Math.max(hourOf(times.created), now - ALL_DAYS * HOURS_OF_DAY);
  const hours = Array.from({ length: last - first + 1 }, (_, n) => callsOf(first + n, now, calls));
  const today = Math.floor(now / HOURS_OF_DAY);
  const dayOf = ({ hour }: Hour) => Math.floor(hour / HOURS_OF_DAY);
  const days = Array.from(
    new Set(hours.map(dayOf)),
    (day) => [day, hours.filter((one) => dayOf(one) === day)] as const,
  );
  const isKept = (day: number) => day > today - KEPT_DAYS;

  const counts = OUTCOMES.join(", ");
  const columns = OUTCOMES.map((outcome) => `${outcome} int`).join(", ");
  const recent = hours.filter((hour) => isKept(dayOf(hour)));
  await sql(
    `insert into key_usage_hours (${INSERT}, hour, ${counts}) select tenant_id, id, hour, ${counts} ${OF_KEY(`hour int, ${columns}`)}`,
    [id, JSON.stringify(recent)],
  );
  const byDay = days.map(([day, own]) => ({
    day,
    ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, sum(own, [outcome])])),
  }));
  await sql(
    `insert into key_usage_days (${INSERT}, day, ${counts}) select tenant_id, id, day, ${counts} ${OF_KEY(`day int, ${columns}`)}`,
    [id, JSON.stringify(byDay)],
  );
  const callers = days.flatMap(([day, own]) =>
    isKept(day)
      ? callersOf(own).map(([kind, value, number]) => {
          const seen = Math.min(times.used, (day + 1) * HOURS_OF_DAY * HOUR_S - 60);
          return { day, kind, value, calls: number, seen };
        })
      : [],
  );
  await sql(
    `insert into key_usage_callers (${INSERT}, day, kind, value, calls, last_seen)
     select tenant_id, id, day, kind, value, calls, to_timestamp(seen) ${OF_KEY("day int, kind text, value text, calls bigint, seen float8")}`,
    [id, JSON.stringify(callers)],
  );
  const refusals = recent.flatMap((hour) =>
    Object.entries(REFUSALS).flatMap(([outcome, refusal]) =>
      Array.from({ length: hour[outcome as keyof typeof REFUSALS] }, (_, n) => ({
        ...refusal,
        at: hour.hour * HOUR_S + 1_000 + n * 7,
      })),
    ),
  );
  await sql(
    `insert into key_usage_refusals (${INSERT}, at, request_id, reason, status, endpoint, address)
     select tenant_id, id, to_timestamp(at), gen_random_uuid(), reason, status, endpoint, '198.51.100.7'
     ${OF_KEY("at float8, reason text, status int, endpoint text")}`,
    [id, JSON.stringify(refusals)],
  );
  if (recent.length === 0) return;
  await sql(
    `insert into key_usage_latest (${INSERT}, at, address, client, endpoint)
     select tenant_id, id, to_timestamp($2::float8), '203.0.113.24', 'python-requests', 'GET /public-api/agents'
     from api_keys where id = $1::uuid`,
    [id, times.used],
  );
}
