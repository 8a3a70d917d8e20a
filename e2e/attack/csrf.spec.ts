// Cross-site calls in a signed-in person's browser.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { builtActions, forgetTargets, newTargets, outcomeOf, postAction, sessionOf } from "../access-calls";
import { ACTIONS, stateOf } from "../access-table";
import { expect, KEYS_PATH, setting, signIn, TENANTS, test } from "../fixtures";

import { tried } from "./tried";

test.afterEach(({ db }) => forgetTargets(db));

/** Origins that a careless comparison would accept as the dashboard's. */
function foreignOrigins(): (string | null)[] {
  const { host, port } = new URL(setting("NEO_E2E_URL"));
  return [
    null,
    "null",
    "",
    "https://evil.example",
    `https://${host}`,
    `http://localhost:${String(Number(port) + 1)}`,
    "http://localhost",
    `http://127.0.0.1:${port}`,
    `http://${host}.evil.example`,
    `http://evil.example:${port}`,
    `http://${host}@evil.example`,
    `http://evil.example#${host}`,
    `http://sub.localhost:${port}`,
    `http://localhost.:${port}`,
    `http://${host}/`,
    `http://${host} http://evil.example`,
    `http://LOCALHOST:${port}x`,
  ];
}

test("a server action call with a foreign, missing or look-alike Origin is refused", async ({ db }) => {
  const targets = await newTargets(db, "Contoso Admin");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const before = await stateOf(db, TENANTS.contoso);
  const spoofs: Record<string, string>[] = [
    {},
    { "x-forwarded-host": "evil.example" },
    { forwarded: "host=evil.example" },
  ];
  const done: string[] = [];
  let attempts = 0;
  for (const [name, row] of Object.entries(ACTIONS)) {
    const action = builtActions().get(name);
    if (!action) throw new Error(`${name} is not in the build`);
    const body = JSON.stringify([row.input(targets)]);
    for (const origin of foreignOrigins()) {
      for (const spoof of spoofs.slice(0, origin?.includes("evil.example") ? 3 : 1)) {
        const outcome = outcomeOf(
          await postAction(action, body, { cookie, origin, headers: { ...spoof, "sec-fetch-site": "cross-site" } }),
        );
        if (outcome !== "403") done.push(`${outcome}: ${name} from ${String(origin)}`);
        attempts++;
      }
    }
  }
  expect(done).toEqual([]);
  expect(await stateOf(db, TENANTS.contoso)).toEqual(before);
  tried(attempts);
});

test("a form post to a server action is refused: multipart, urlencoded and text/plain", async ({ db }) => {
  const targets = await newTargets(db, "Contoso Admin");
  const { cookie } = await sessionOf(db, "Contoso Admin");
  const before = await stateOf(db, TENANTS.contoso);
  const done: string[] = [];
  let attempts = 0;
  for (const [name, row] of Object.entries(ACTIONS)) {
    const action = builtActions().get(name);
    if (!action) throw new Error(`${name} is not in the build`);
    const input = JSON.stringify(row.input(targets));
    // The fields React adds to forms that work without JavaScript, and known variants.
    const fields: Record<string, string>[] = [
      { [`$ACTION_ID_${action.id}`]: "", ...(row.input(targets) as Record<string, string>) },
      { [`1_$ACTION_ID_${action.id}`]: "", "1_0": input, "0": `["$K1"]` },
      {
        $ACTION_REF_1: "",
        "$ACTION_1:0": JSON.stringify({ id: action.id, bound: "$@1" }),
        "$ACTION_1:1": `[${input}]`,
        $ACTION_KEY: "k",
      },
    ];
    const send = async (headers: Record<string, string>, body: string | FormData) => {
      const response = await fetch(new URL(action.page, setting("NEO_E2E_URL")), {
        method: "POST",
        redirect: "manual",
        headers: { cookie, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", ...headers },
        body,
      });
      const text = await response.text();
      attempts++;
      if (text.includes('"ok":true')) done.push(`${name} as a form with ${JSON.stringify(headers)}`);
    };
    for (const origin of ["https://evil.example", "null", null]) {
      const from: Record<string, string> = origin === null ? {} : { origin };
      for (const some of fields) {
        const form = new FormData();
        for (const [key, value] of Object.entries(some)) form.set(key, value);
        await send(from, form);
        await send({ ...from, "content-type": "application/x-www-form-urlencoded" }, String(new URLSearchParams(some)));
        await send(
          { ...from, "content-type": "text/plain" },
          Object.entries(some)
            .map((pair) => pair.join("="))
            .join("\r\n"),
        );
      }
    }
  }
  expect(done).toEqual([]);
  expect(await stateOf(db, TENANTS.contoso)).toEqual(before);
  tried(attempts);
});

/** A page that uses every means: form posts into frames, fetches with the visitor's cookies, images. */
function evilPage(app: string, calls: readonly { page: string; id: string; input: unknown }[]): string {
  const forms = calls.flatMap(({ page, id, input }) =>
    ["multipart/form-data", "application/x-www-form-urlencoded", "text/plain"].map(
      (type) =>
        `<iframe name="f${id}${type}"></iframe><form method="post" target="f${id}${type}" enctype="${type}" action="${app}${page}">` +
        `<input name="$ACTION_ID_${id}"><input name="0" value='${JSON.stringify([input])}'></form>`,
    ),
  );
  return `<!doctype html><title>evil</title>${forms.join("")}
    <img src="${app}/api/auth/signout"><img src="${app}/roles-access/audit-log/export?format=csv">
    <form method="post" target="out" action="${app}/api/auth/signout"><input name="csrfToken" value="x"></form><iframe name="out"></iframe>
    <script>
      const calls = ${JSON.stringify(calls)};
      for (const form of document.forms) form.submit();
      const tries = calls.flatMap(({ page, id, input }) => [
        fetch("${app}" + page, { method: "POST", mode: "no-cors", credentials: "include", body: JSON.stringify([input]) }),
        fetch("${app}" + page, { method: "POST", credentials: "include", headers: { "next-action": id }, body: JSON.stringify([input]) }),
      ]);
      tries.push(fetch("${app}/public-api/api-keys", { credentials: "include" }).then((r) => r.text()).then((t) => { window.read = t; }));
      Promise.allSettled(tries).then(() => { document.title = "done"; });
    </script>`;
}

test("pages of another site and another port change nothing in a signed-in browser", async ({ page, db }) => {
  const targets = await newTargets(db, "Contoso Admin");
  await signIn(page, "Contoso Admin");
  const app = setting("NEO_E2E_URL");
  const calls = Object.entries(ACTIONS).flatMap(([name, row]) => {
    const action = builtActions().get(name);
    return action ? [{ ...action, input: row.input(targets) }] : [];
  });
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html").end(evilPage(app, calls));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = String((server.address() as AddressInfo).port);
  const before = await stateOf(db, TENANTS.contoso);
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(app) && request.method() === "POST") posts.push(request.url());
  });
  try {
    // Another site, and another origin of the same site, which receives SameSite cookies.
    for (const host of ["127.0.0.1", "localhost"]) {
      await page.goto(`http://${host}:${port}/`);
      await expect(page).toHaveTitle("done");
      await page.waitForLoadState("networkidle");
      expect(await page.evaluate(() => "read" in window)).toBe(false);
      expect(await stateOf(db, TENANTS.contoso), host).toEqual(before);
    }
    // The requests of all the page's forms reached the server.
    expect(posts.length).toBeGreaterThan(calls.length * 4);
    await page.goto(KEYS_PATH);
    await expect(page.getByRole("button", { name: "Create API key" })).toBeVisible();
  } finally {
    server.closeAllConnections();
    server.close();
  }
  tried(posts.length);
});
