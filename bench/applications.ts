// What a call with an application's token costs beside one with a key, in the same run and on the same application.
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import path from "node:path";

import { startApp } from "@/bench/app";
import type { Bench, Row } from "@/bench/bench";
import { type Comparison, compareStarts } from "@/bench/ratios";
import type { ProcessGroup } from "@/dev/process-group";
import { ROOT } from "@/dev/root";
import { startTokenIssuer } from "@/tests/support/access-tokens";

/** The same bytes for both. */
const PATH = "/public-api/tenant";

/** Binds applications to the tenant. @returns a token of each */
async function applicationTokens({ client, tenant, tokens }: Bench, tid: string, issuer: Issuer): Promise<string[]> {
  return Promise.all(
    tokens.map(async (_, n) => {
      const [oid, clientId] = [randomUUID(), randomUUID()];
      await client.query(
        `insert into applications (id, tenant_id, oid, client_id, name, role, bound_at, bound_by_id)
         values (gen_random_uuid(), $1, $2, $3, $4, 'Integration', now(), $5)`,
        [tenant.tenantId, oid, clientId, `Sync ${String(n)}`, tenant.memberId],
      );
      const exp = Math.floor(Date.now() / 1000) + 3_600;
      return issuer.tokenOf({ tid, oid }, { scp: undefined, sub: oid, azp: clientId, exp });
    }),
  );
}
type Issuer = Awaited<ReturnType<typeof startTokenIssuer>>;

/** Requests per second with applications' tokens, relative to keys. */
export async function measureApplications(bench: Bench): Promise<Row[]> {
  const issuer = await startTokenIssuer(bench.environment.AZURE_AD_CLIENT_ID ?? "");
  try {
    const { rows } = await bench.client.query<{ tid: string }>("select entra_tenant_id as tid from tenants");
    const tid = rows[0]?.tid ?? "";
    const theirs = await applicationTokens(bench, tid, issuer);
    const preload = pathToFileURL(path.join(ROOT, "dev/microsoft/preload.mjs")).href;
    const settings = {
      NODE_OPTIONS: `--import ${preload}`,
      NEO_STAND_IN_URL: process.env.NEO_STAND_IN_URL,
      TENANTS: tid,
    };
    return await compareStarts(
      bench,
      bench.keys,
      async function* (processes: ProcessGroup): AsyncGenerator<Comparison> {
        const app = await startApp({ ...bench.environment, ...settings }, processes);
        yield {
          name: "application against key",
          against: "the same call with an API key",
          own: { app, path: PATH, tokens: theirs },
          other: { app, path: PATH, tokens: bench.tokens },
        };
      },
    );
  } finally {
    await issuer.stop();
  }
}
