// Pages and files requested with Next's internal header fields and URLs.
import { forgetTargets, newTargets, sessionOf, STRANGER } from "../access-calls";
import { PAGES, type Targets } from "../access-table";
import { type Database, expect, setting, test } from "../fixtures";

import { tried } from "./tried";

test.afterEach(({ db }) => forgetTargets(db));

/** The callers, and Contoso's data that none of them can read. */
async function askers(db: Database) {
  const targets = await newTargets(db, null);
  const removed = await sessionOf(db, "Table's spare member");
  await db.query("update members set removed_at = now(), removed_by_id = id where id = $1::uuid", [targets.memberId]);
  const cookies: Record<string, string | null> = {
    nobody: null,
    "a removed member": removed.cookie,
    "another organisation's admin": (await sessionOf(db, STRANGER)).cookie,
    "a Viewer": (await sessionOf(db, "Contoso Viewer")).cookie,
  };
  const admin = (await sessionOf(db, "Contoso Admin")).cookie;
  return { targets, cookies, admin };
}

const guarded = Object.entries(PAGES).filter(([, { least, shows }]) => least !== "anyone" && shows);

/** The confidential text of a page. */
const secretsOf = (targets: Targets) => [targets.keyName, targets.agentName, "Table's spare member", "Table's guest"];

/** Follows redirects: Next redirects a data request with a wrong `_rsc` to the right one. @returns all responses as text */
async function get(
  address: string,
  headers: Record<string, string>,
  cookie: string | null,
  method = "GET",
): Promise<string> {
  const base = setting("NEO_E2E_URL");
  let url = new URL(base + address);
  let said = "";
  for (let hops = 0; hops < 4; hops++) {
    const sent = { ...headers, ...(cookie ? { cookie } : {}) };
    const response = await fetch(url, { method, redirect: "manual", headers: sent });
    said += await response.text();
    const location = response.headers.get("location");
    if (location === null || !URL.canParse(location, base)) break;
    url = new URL(location, base);
    if (url.origin !== base) break;
  }
  return said;
}

/** Requests a page as each caller without access and records leaks. @returns the number of requests */
async function askAsAll(
  leaks: string[],
  cookies: Readonly<Record<string, string | null>>,
  least: string,
  secrets: readonly string[],
  label: string,
  ask: (cookie: string | null) => Promise<string>,
): Promise<number> {
  const asking = Object.entries(cookies).filter(([who]) => !(who === "a Viewer" && least === "Viewer"));
  await Promise.all(
    asking.map(async ([who, cookie]) => {
      const said = await ask(cookie);
      for (const secret of secrets) if (said.includes(secret)) leaks.push(`${secret}: ${label} as ${who}`);
    }),
  );
  return asking.length;
}

test("x-middleware-subrequest and Next's other internal fields open no guarded page", async ({ db }) => {
  const { targets, cookies, admin } = await askers(db);
  const secrets = secretsOf(targets);
  const repeated = ["middleware", "src/middleware", "proxy", "src/proxy", "pages/_middleware"].map((name) => ({
    "x-middleware-subrequest": Array(5).fill(name).join(":"),
  }));
  const everywhere = (path: string): Record<string, string>[] => [
    ...repeated,
    { "x-middleware-subrequest-id": "0".repeat(16), "x-middleware-subrequest": "proxy" },
    { "x-middleware-next": "1", "x-middleware-rewrite": path, "x-middleware-override-headers": "cookie" },
    { "x-middleware-request-cookie": "next-auth.session-token=x", "x-middleware-set-cookie": "a=b" },
    { "x-middleware-invoke": "1", "x-middleware-prefetch": "1", "x-middleware-cache": "no-cache" },
    { "x-nextjs-data": "1" },
    { "x-nextjs-rewritten-path": path, "x-nextjs-postponed": "1", "x-nextjs-prerender": "1" },
    {
      "x-nextjs-cache": "HIT",
      "x-nextjs-stale-time": "999",
      "x-nextjs-html-request-id": "x",
      "x-nextjs-request-id": "x",
    },
    { "x-matched-path": path },
    { "x-invoke-path": path, "x-invoke-query": "%7B%7D", "x-invoke-status": "200", "x-invoke-output": path },
    { "x-invoke-error": "{}", "x-invoke-output": `${path}/page` },
    { "x-now-route-matches": `1=${encodeURIComponent(path)}` },
    { "x-prerender-revalidate": "x", "x-prerender-bypass-mode": "static" },
    { "next-resume": "1", "x-next-resume-state-length": "0" },
    { "x-next-revalidated-tags": "x", "x-next-revalidate-tag-token": "x", "x-next-cache-tags": "x" },
    { "next-hmr-refresh": "1", "next-instant-navigation-testing-prefetch": "1" },
    { "x-original-url": path, "x-rewrite-url": path, "x-forwarded-uri": path, "x-http-method-override": "GET" },
    { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", "x-neo-client-address": "127.0.0.1" },
    { "x-forwarded-proto": "https", "x-forwarded-host": "evil.example", forwarded: "for=127.0.0.1;host=evil.example" },
    {
      "x-neo-background": "1",
      "x-neo-request-id": "x",
      "x-user": "Contoso Admin",
      "x-ms-client-principal-name": "admin",
    },
    { authorization: `Basic ${Buffer.from("admin:admin").toString("base64")}` },
  ];
  const leaks: string[] = [];
  let attempts = 0;
  let shown = 0;
  for (const [address, row] of guarded) {
    const path = row.path?.(targets) ?? address;
    for (const headers of everywhere(path)) {
      const label = `${path} with ${JSON.stringify(headers)}`;
      // The guarded page, and a public page that claims to be it.
      for (const at of [path, "/sign-in"])
        attempts += await askAsAll(
          leaks,
          at === path ? cookies : { nobody: null },
          row.least,
          secrets,
          `${at}, ${label}`,
          (cookie) => get(at, headers, cookie),
        );
      if ((await get(path, headers, admin)).includes(row.shows?.(targets) ?? "")) shown++;
    }
  }
  // An admin sees the pages with nearly all of these fields, so an unguarded page would have shown its content.
  expect(shown).toBeGreaterThan(guarded.length * 15);
  expect(leaks).toEqual([]);
  tried(attempts);
});

/** A router state that claims all but the page, so that no guarding layout is rendered. */
function routerState(path: string, group: string): string {
  const segments = ["", group, ...path.slice(1).split("/")];
  const tree = segments.reduceRight<unknown>(
    (inner, segment, n) => [
      segment,
      inner === null ? {} : { children: inner },
      null,
      n === segments.length - 1 ? "refetch" : null,
    ],
    ["__PAGE__", {}, null, "refetch"],
  );
  return encodeURIComponent(JSON.stringify(tree));
}

/** Ways to request a page as data. */
function dataRequests(path: string): [address: string, headers: Record<string, string>][] {
  const rsc = { rsc: "1" };
  const asked = (more: Record<string, string> = {}) =>
    [`${path}?_rsc=abcde`, { ...rsc, ...more }] as [string, Record<string, string>];
  const states = ["(dashboard)", "(auth)"].map((group) => ({ "next-router-state-tree": routerState(path, group) }));
  const segments = [
    "/_tree",
    "/_index",
    "/_full",
    "/_head",
    "/__PAGE__",
    "/!KGRhc2hib2FyZCk",
    `/!KGRhc2hib2FyZCk${path}/__PAGE__`,
  ];
  return [
    [path, rsc],
    asked(),
    [path, { ...rsc, accept: "text/x-component" }],
    [`${path}?_rsc=`, {}],
    ...["1", "2"].map((kind) => asked({ "next-router-prefetch": kind })),
    ...segments.map((segment) => asked({ "next-router-prefetch": "1", "next-router-segment-prefetch": segment })),
    ...states.flatMap((state) => [
      asked(state),
      asked({ ...state, "next-url": path }),
      asked({ ...state, "next-router-prefetch": "1" }),
    ]),
    ...[
      ".rsc",
      ".prefetch.rsc",
      ".json",
      ".txt",
      ".html",
      "/index.rsc",
      ".segments/_tree.segment.rsc",
      ".segments/_full.segment.rsc",
    ].map((end) => [path + end, {}] as [string, Record<string, string>]),
    ...[".rsc", ".segments/_tree.segment.rsc"].map((end) => [path + end, rsc] as [string, Record<string, string>]),
    [`/_next/data/development${path}.json`, { "x-nextjs-data": "1" }],
    [`/_next/data/build${path}.json`, {}],
    [`/_next/image?url=${encodeURIComponent(path)}&w=64&q=75`, {}],
    [`/_next/static/..%2f..%2fserver/app${path}.rsc`, {}],
    [`${path}?__nextDataReq=1&nextInternalLocale=en`, {}],
    [`/${path}`, {}],
    [`${path}/`, rsc],
    [path.toUpperCase(), rsc],
    [path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`), rsc],
    [path, { purpose: "prefetch", "sec-purpose": "prefetch;prerender" }],
  ];
}

test(".rsc, ?_rsc, prefetch and segment addresses open no guarded page", async ({ db }) => {
  const { targets, cookies, admin } = await askers(db);
  const secrets = secretsOf(targets);
  const leaks: string[] = [];
  let attempts = 0;
  let shown = 0;
  for (const [address, row] of guarded) {
    const path = row.path?.(targets) ?? address;
    for (const [at, headers] of dataRequests(path)) {
      attempts += await askAsAll(leaks, cookies, row.least, secrets, `${at} ${JSON.stringify(headers)}`, (cookie) =>
        get(at, headers, cookie),
      );
      if ((await get(at, headers, admin)).includes(row.shows?.(targets) ?? "")) shown++;
    }
  }
  // Many of them do return the page to an admin.
  expect(shown).toBeGreaterThan(guarded.length * 5);
  expect(leaks).toEqual([]);
  tried(attempts);
});

test("guarded pages requested with another method stay closed", async ({ db }) => {
  const { targets, cookies } = await askers(db);
  const secrets = secretsOf(targets);
  const leaks: string[] = [];
  let attempts = 0;
  for (const [address, row] of guarded) {
    const path = row.path?.(targets) ?? address;
    for (const method of ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]) {
      attempts += await askAsAll(leaks, cookies, row.least, secrets, `${method} ${path}`, (cookie) =>
        get(path, {}, cookie, method),
      );
    }
  }
  expect(leaks).toEqual([]);
  tried(attempts);
});
