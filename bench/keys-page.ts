// The dashboard's pages about keys, on the product's own build: the server's time for them, and what a real browser makes of the list.
import { type BrowserContextOptions, chromium } from "playwright";
import { Client } from "pg";

import type { Bench, Row } from "@/bench/bench";
import { addUsableKeys, type BenchTenant, fillKeys, fillUsage } from "@/bench/fill";
import { quantile, round } from "@/bench/statistics";
import { CONTOSO, FABRIKAM } from "@/dev/microsoft/directory";
import { ProcessGroup } from "@/dev/process-group";
import { type Fleet, startFleet } from "@/tests/cluster/fleet";
import { findChromium } from "@/tests/support/chromium";
import { type CookieJar, signInByForms } from "@/tests/support/sign-in";

const KEYS = 10_000;
/** Keys with 30 days of hours and 13 months of days: two million rows. */
const USED_KEYS = 1_700;
const WARM_UP = 30;
const LIST = "/roles-access/api-keys";

type StorageState = Exclude<BrowserContextOptions["storageState"], string | undefined>;

/** An organisation of the demo, and its admin's session. */
interface Side extends BenchTenant {
  readonly jar: CookieJar;
}

/** Signs in an organisation's admin. */
async function side({ url, standInUrl }: Fleet, client: Client, { id, name }: typeof CONTOSO): Promise<Side> {
  const { rows } = await client.query<BenchTenant>(
    `select t.id as "tenantId", m.id as "memberId" from tenants t join members m on m.tenant_id = t.id
     where t.entra_tenant_id = $1 and m.name = $2`,
    [id, `${name} Admin`],
  );
  if (!rows[0]) throw new Error(`the demo's ${name} Admin is missing`);
  return { ...rows[0], jar: await signInByForms(url, standInUrl, `${name} Admin`) };
}

/** The path of an organisation's newest key. */
async function newestKey(client: Client, { tenantId }: Side): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    "select id from api_keys where tenant_id = $1 order by created_at desc limit 1",
    [tenantId],
  );
  return `${LIST}/${rows[0]?.id ?? ""}`;
}

/**
 * Compares the server's times for a page with much on it and for one with little, up to the end of the HTML, in turns.
 * @param few the jar and the URL of the one with little
 */
async function compare(
  name: string,
  rounds: number,
  few: readonly [CookieJar, string],
  many: readonly [CookieJar, string],
): Promise<Row> {
  const time = async ([jar, url]: readonly [CookieJar, string]) => {
    const started = performance.now();
    const response = await jar.fetch(url);
    await response.text();
    if (response.status !== 200) throw new Error(`${url} gave ${String(response.status)}`);
    return performance.now() - started;
  };
  const [fewTimes, manyTimes]: [number[], number[]] = [[], []];
  for (let count = -WARM_UP; count < rounds; count++) {
    const pair = [await time(few), await time(many)] as const;
    if (count < 0) continue;
    fewTimes.push(pair[0]);
    manyTimes.push(pair[1]);
  }
  return {
    name,
    connections: 1,
    keys: KEYS,
    ratio: round(quantile(manyTimes) / quantile(fewTimes), 3),
    p50_ms: round(quantile(manyTimes), 2),
    p99_ms: round(quantile(manyTimes, 0.99), 2),
    p50_ms_of_few: round(quantile(fewTimes), 2),
  };
}

/** The admin's session, for a browser that was never here. */
function storageState(url: string, jar: CookieJar): StorageState {
  const cookies = jar.header.split("; ").map((pair) => {
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const { hostname: domain } = new URL(url);
    return { name, value, domain, path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Lax" as const };
  });
  return { cookies, origins: [] };
}

/** Largest Contentful Paint in milliseconds and compressed JavaScript in kilobytes (1000 bytes) of the list. */
async function browse(url: string, jar: CookieJar, visits: number, own: ProcessGroup): Promise<Row> {
  const executablePath = findChromium();
  const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath ? { executablePath } : {}) });
  own.add(() => browser.close());
  const [paints, scripts]: [number[], number[]] = [[], []];
  for (let visit = 0; visit < visits; visit++) {
    const context = await browser.newContext({ storageState: storageState(url, jar) });
    const page = await context.newPage();
    await page.goto(url + LIST);
    await page.getByRole("table").waitFor();
    await page.waitForLoadState("networkidle");
    const { paint, bytes } = await page.evaluate(
      () =>
        new Promise<{ paint: number; bytes: number }>((resolve) => {
          new PerformanceObserver((list) => {
            const resources = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
            resolve({
              paint: list.getEntries().at(-1)?.startTime ?? NaN,
              bytes: resources
                .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
                .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
            });
          }).observe({ type: "largest-contentful-paint", buffered: true });
        }),
    );
    // The browser's first visit is also the server's.
    if (visit > 0) paints.push(paint);
    scripts.push(bytes);
    await context.close();
  }
  return {
    name: "the page of keys",
    keys: KEYS,
    largest_contentful_paint_ms: round(quantile(paints), 0),
    javascript_gzip_kb: round(quantile(scripts) / 1000, 1),
  };
}

/** The list of keys and a key's page, for an organisation with many used keys and for one without. */
export async function measureKeysPage(bench: Bench): Promise<Row[]> {
  const own = new ProcessGroup();
  try {
    const fleet = await startFleet([{}], {}, own);
    const client = new Client({ connectionString: fleet.databaseUrl });
    await client.connect();
    own.add(() => client.end());
    const many = await side(fleet, client, CONTOSO);
    const few = await side(fleet, client, FABRIKAM);
    await fillKeys(client, many, KEYS);
    await fillUsage(client, many, bench.quick ? 100 : USED_KEYS);
    const rounds = bench.quick ? 10 : 100;
    const [fewList, manyList] = [
      [few.jar, fleet.url + LIST],
      [many.jar, fleet.url + LIST],
    ] as const;
    const list = "the list of keys, against that of an organisation without keys";
    const rows = [await compare(list, rounds, fewList, manyList)];
    await addUsableKeys(client, few, 1);
    const [fewKey, manyKey] = [await newestKey(client, few), await newestKey(client, many)];
    const page = "a key's page with 13 months of use, against that of a key that was never used";
    const query = "?range=13mo";
    const [fewPage, manyPage] = [
      [few.jar, fleet.url + fewKey + query],
      [many.jar, fleet.url + manyKey + query],
    ] as const;
    rows.push(await compare(page, rounds, fewPage, manyPage));
    return [...rows, await browse(fleet.url, many.jar, bench.quick ? 3 : 15, own)];
  } finally {
    await own.stop();
  }
}
