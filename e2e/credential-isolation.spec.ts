// A credential of the dashboard is worthless at the API, and the other way round.
import { readdirSync } from "node:fs";
import path from "node:path";

import { accessToken, callApi, createAndClose, expect, setting, signIn, test } from "./fixtures";

interface Document {
  /** A path has a description besides its operations. */
  readonly paths: Record<string, Record<string, { security?: unknown[] }>>;
}

/** Every operation of the served document that requires a credential. */
async function guardedOperations(): Promise<[method: string, path: string][]> {
  const { paths } = (await (await callApi("/public-api/openapi.json")).json()) as Document;
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security && security.length > 0)
      .map(([method]): [string, string] => [
        method.toUpperCase(),
        template.replace(/\{\w+\}/, "00000000-0000-7000-8000-000000000000"),
      ]),
  );
}

/** Every page of the dashboard. */
const PAGES = readdirSync(path.join(import.meta.dirname, "..", "app", "(dashboard)"), {
  recursive: true,
  encoding: "utf8",
})
  .filter((file) => path.basename(file) === "page.tsx")
  .map((file) => `/${path.dirname(file)}`)
  .filter((page) => !page.includes("["));

test("a dashboard session is refused at every API endpoint", async ({ page, context, db }) => {
  await signIn(page, "Contoso Admin");
  const cookies = await context.cookies();
  const session = cookies.find(({ name }) => name.endsWith("next-auth.session-token"))?.value ?? "";
  expect(session).not.toBe("");
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const operations = await guardedOperations();
  expect(operations.length).toBeGreaterThanOrEqual(12);
  for (const [method, address] of operations) {
    const sent: [Record<string, string>, string][] = [
      [{ cookie, origin: setting("NEO_E2E_URL") }, "missing"],
      [{ authorization: `Bearer ${session}` }, "malformed"],
    ];
    for (const [headers, reason] of sent) {
      const body = /POST|PUT/.test(method) ? { body: JSON.stringify({ name: "Made by a session" }) } : {};
      const init = { method, headers: { "content-type": "application/json", ...headers }, ...body };
      const response = await callApi(address, undefined, init);
      expect(response.status, `${method} ${address}`).toBe(401);
      const { error } = (await response.json()) as { error: { details: { reason: string } } };
      expect(error.details.reason, `${method} ${address}`).toBe(reason);
    }
  }
  expect(await db.query("select id from api_keys")).toEqual([]);
});

test("dashboard pages refuse bearer tokens, both keys and an admin's access token", async ({ page, browser }) => {
  await signIn(page, "Contoso Admin");
  const key = await createAndClose(page, "Seen by members only");
  const token = await accessToken("Contoso Admin");
  expect(PAGES).toContain("/roles-access/api-keys");
  for (const bearer of [key, token]) {
    // It works at the API, so the refusals below are not due to its form.
    expect((await callApi("/public-api/me", bearer)).status).toBe(200);
    const headers = { authorization: `Bearer ${bearer}` };
    const visitor = await browser.newContext({ baseURL: setting("NEO_E2E_URL"), extraHTTPHeaders: headers });
    const visit = await visitor.newPage();
    for (const address of PAGES) {
      for (const more of [[], [["rsc", "1"]]] as [string, string][][]) {
        const raw = await fetch(new URL(address, setting("NEO_E2E_URL")), {
          headers: [["authorization", `Bearer ${bearer}`], ...more],
          redirect: "manual",
        });
        expect(await raw.text(), address).not.toMatch(/Seen by members only|contoso\.example/);
      }
      await visit.goto(address);
      await expect(visit, address).toHaveURL(/\/sign-in\?callbackUrl=/);
    }
    const session = await fetch(new URL("/api/auth/session", setting("NEO_E2E_URL")), { headers });
    expect(await session.json()).toEqual({});
    await visitor.close();
  }
});
