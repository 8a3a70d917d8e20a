// Links to the dashboard that try to redirect to another site.
import { sessionOf } from "../access-calls";
import { expect, setting, test } from "../fixtures";

import { tried } from "./tried";

/** Spellings of another site that a server may parse differently from a browser. */
function otherSites(): string[] {
  const { host } = new URL(setting("NEO_E2E_URL"));
  const bases = [
    ...["https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example/%2e%2e"],
    ...[
      "/\\evil.example",
      "\\/evil.example",
      "\\\\evil.example",
      "/\\/evil.example",
      "/.//evil.example",
      "/..//evil.example",
    ],
    ...["/./\\/evil.example", "/%2e/%2fevil.example", "/%5cevil.example", "/%2f/evil.example", "//%65vil.example"],
    ...[
      "https:evil.example",
      "https:/evil.example",
      "HTTPS:\\\\evil.example",
      "://evil.example",
      "evil.example",
      "@evil.example",
    ],
    ...[
      `http://${host}@evil.example`,
      `http://${host}.evil.example`,
      `//${host}@evil.example`,
      `http://${host}:x@evil.example`,
    ],
    ...[
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "java\tscript:alert(1)",
      "javascript://%0aalert(1)",
      " javascript:alert(1)",
    ],
    ...["data:text/html,<script>alert(1)</script>", "vbscript:x", "blob:https://evil.example/x", "file:///etc/passwd"],
    ...[
      "/\t/evil.example",
      "/\n/evil.example",
      "/\r/evil.example",
      "\t//evil.example",
      "\u0000//evil.example",
      " //evil.example",
    ],
    ...[
      "/\u2215evil.example",
      "//evil\u3002example",
      "/\u{FF0F}evil.example",
      "//\u{FF45}vil.example",
      "/agents\r\nLocation: //evil.example",
    ],
  ];
  return bases.flatMap((one) => [one, encodeURIComponent(one)]);
}

test("an open redirect through callbackUrl, from and similar parameters is refused in every spelling", async ({
  db,
}) => {
  const base = setting("NEO_E2E_URL");
  const viewer = (await sessionOf(db, "Contoso Viewer")).cookie;
  const admin = (await sessionOf(db, "Contoso Admin")).cookie;
  const token = await fetch(`${base}/api/auth/csrf`);
  const { csrfToken } = (await token.json()) as { csrfToken: string };
  const kept = token.headers.getSetCookie().map((one) => one.split(";")[0] ?? "");
  let attempts = 0;
  let signIns = 0;
  const astray: string[] = [];
  /** Records a URL that a browser would resolve to another site. */
  const stays = (what: string, address: string | undefined) => {
    const url = (address ?? "/").replaceAll("&amp;", "&");
    if (!URL.canParse(url, `${base}/sign-in`) || new URL(url, `${base}/sign-in`).origin !== base)
      astray.push(`${what}: ${url}`);
  };
  const check = (what: string, response: Response, text: string) => {
    attempts++;
    const location = response.headers.get("location") ?? undefined;
    if (!location?.startsWith(`${setting("NEO_E2E_STAND_IN_URL")}/`)) stays(what, location);
    stays(what, /http-equiv="refresh" content="\d+;url=([^"]+)"/.exec(text)?.[1]);
    for (const cookie of response.headers.getSetCookie().filter((one) => one.includes("callback-url")))
      stays(what, decodeURIComponent(/=([^;]*)/.exec(cookie)?.[1] ?? ""));
    // No link leads there either, except React's placeholder for a form that isn't hydrated yet.
    for (const [, href = ""] of text.matchAll(/(?:href|action|formaction)="([^"]*)"/g))
      if (/evil|script:|data:|file:/i.test(href) && !href.includes("React form unexpectedly submitted"))
        stays(what, href);
  };
  for (const site of otherSites()) {
    const asked = encodeURIComponent(site);
    for (const [address, cookie] of [
      [`/sign-in?callbackUrl=${asked}`, ""],
      [`/sign-in?callbackUrl=${asked}`, viewer],
      [`/sign-in?callbackUrl=/agents&callbackUrl=${asked}`, viewer],
      [`/access-denied?from=${asked}`, admin],
      [`/api/auth/signin?callbackUrl=${asked}`, ""],
      [`/api/auth/signout?callbackUrl=${asked}`, viewer],
      [`/api/auth/error?error=x&callbackUrl=${asked}`, ""],
      [`/api/auth/callback/azure-ad?error=access_denied&callbackUrl=${asked}`, ""],
    ] as const) {
      const response = await fetch(base + address, { redirect: "manual", headers: { cookie } });
      check(address, response, await response.text());
    }
    const response = await fetch(`${base}/api/auth/signin/azure-ad`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: [...kept, `next-auth.callback-url=${encodeURIComponent(site)}`].join("; ") },
      body: new URLSearchParams({ csrfToken, callbackUrl: site }),
    });
    const begun = new URL(response.headers.get("location") ?? "", base);
    // NextAuth starts no sign-in for a value that isn't a URL.
    const back = begun.searchParams.get("redirect_uri");
    if (back === `${base}/api/auth/callback/azure-ad`) signIns++;
    else if (back !== null) astray.push(begun.href);
    check(`the sign-in with ${site}`, response, "");
  }
  expect(astray).toEqual([]);
  expect(signIns).toBeGreaterThan(3);
  // Control: a path on this site is followed, so the refusals above are because of the site.
  const good = await fetch(`${base}/sign-in?callbackUrl=${encodeURIComponent("/agents?q=x")}`, {
    redirect: "manual",
    headers: { cookie: viewer },
  });
  const text = good.headers.get("location") ?? (await good.text());
  expect(text).toContain("/agents?q=x");
  tried(attempts);
});
