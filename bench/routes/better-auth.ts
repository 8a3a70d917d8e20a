// The comparison with better-auth's API-key plugin: the same bytes as /public-api/me, on the same server and PostgreSQL.
import path from "node:path";
import { pathToFileURL } from "node:url";

export const dynamic = "force-dynamic";

interface BetterAuth {
  readonly prepare: (count: number) => Promise<string[]>;
  readonly verify: (key: string) => Promise<boolean>;
}

const BODY = JSON.stringify({ data: "x".repeat(505) });

let loaded: Promise<BetterAuth> | undefined;

/** Node loads it from its own node_modules, so that no bundler affects the measurement. */
function betterAuth(): Promise<BetterAuth> {
  const file = path.join(process.cwd(), "bench", "peers", "better-auth", "verify.mjs");
  return (loaded ??= import(/* turbopackIgnore: true */ pathToFileURL(file).href) as Promise<BetterAuth>);
}

/** Creates its tables and the number of keys in the body, and returns the keys. */
export async function POST(request: Request): Promise<Response> {
  return Response.json(await (await betterAuth()).prepare(Number(await request.text())));
}

export async function GET(request: Request): Promise<Response> {
  const key = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
  const { verify } = loaded ? await loaded : await betterAuth();
  if (!(await verify(key))) return new Response(null, { status: 401 });
  return new Response(BODY, { headers: { "Content-Type": "application/json" } });
}
