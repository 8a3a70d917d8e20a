// Transfer size and rendering time of the keys page, in a real browser on the product's own build.
import { chromium } from "playwright";
import { Client } from "pg";

import type { Bench, Row } from "@/bench/bench";
import { type BenchTenant, fillKeys } from "@/bench/fill";
import { quantile, round } from "@/bench/statistics";
import { startFleet } from "@/tests/cluster/fleet";
import { CONTOSO } from "@/dev/microsoft/directory";
import { ProcessGroup } from "@/dev/process-group";
import { findChromium } from "@/tests/support/chromium";
import { signInByForms } from "@/tests/support/sign-in";

const KEYS = 10_000;

/** Largest Contentful Paint in milliseconds and compressed JavaScript in kilobytes (1000 bytes), for an admin with 10,000 keys. */
export async function measureKeysPage(bench: Bench): Promise<Row[]> {
  const own = new ProcessGroup();
  try {
    const fleet = await startFleet([{}], {}, own);
    const client = new Client({ connectionString: fleet.databaseUrl });
    await client.connect();
    own.add(() => client.end());
    const { rows } = await client.query<BenchTenant>(
      `select t.id as "tenantId", m.id as "memberId" from tenants t join members m on m.tenant_id = t.id
       where t.entra_tenant_id = $1 and m.name = 'Contoso Admin'`,
      [CONTOSO.id],
    );
    if (!rows[0]) throw new Error("the demo's admin is missing");
    await fillKeys(client, rows[0], KEYS);
    const jar = await signInByForms(fleet.url, fleet.standInUrl, "Contoso Admin");
    const executablePath = findChromium();
    const browser = await chromium.launch({ args: ["--no-sandbox"], ...(executablePath ? { executablePath } : {}) });
    own.add(() => browser.close());
    const [paints, scripts]: [number[], number[]] = [[], []];
    for (let visit = 0; visit < (bench.quick ? 3 : 15); visit++) {
      // A fresh browser with the same session.
      const context = await browser.newContext();
      await context.addCookies(
        jar.header.split("; ").map((pair) => {
          const at = pair.indexOf("=");
          return { name: pair.slice(0, at), value: pair.slice(at + 1), url: fleet.url };
        }),
      );
      const page = await context.newPage();
      await page.goto(`${fleet.url}/roles-access/api-keys`);
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
    return [
      {
        name: "the page of keys",
        keys: KEYS,
        largest_contentful_paint_ms: round(quantile(paints), 0),
        javascript_gzip_kb: round(quantile(scripts) / 1000, 1),
      },
    ];
  } finally {
    await own.stop();
  }
}
