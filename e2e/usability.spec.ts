import { type Page } from "playwright/test";

import {
  choose,
  createAndClose,
  createKey,
  expect,
  filterChip,
  KEYS_PATH,
  MEMBERS_PATH,
  row,
  signIn,
  TENANTS,
  test,
} from "./fixtures";

const AUDIT_PATH = "/roles-access/audit-log";
const LISTS = [KEYS_PATH, MEMBERS_PATH, AUDIT_PATH, "/agents"];
const NARROWED = "No-such-thing";

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

test("the Roles & Access links are navigation, and keep the focus", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  const tabs = page.getByRole("navigation", { name: "Roles & Access" });
  await expect(page.getByRole("tablist")).toHaveCount(0);
  for (const [name, path] of [
    ["Members", MEMBERS_PATH],
    ["Audit log", AUDIT_PATH],
    ["API Keys", KEYS_PATH],
  ] as const) {
    await tabs.getByRole("link", { name }).focus();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(path);
    await expect(tabs.getByRole("link", { name })).toHaveAttribute("aria-current", "page");
    await expect(tabs.locator("[aria-current]")).toHaveCount(1);
    expect(await focused(page)).toBe(name);
  }
});

test("only controls are in the tab order of a page of 50 keys", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 50);
  await signIn(page, "Contoso Admin");
  const cells = page.locator("tbody");
  await expect(cells.locator("tr")).toHaveCount(50);
  await expect(cells.getByRole("button", { name: /^(Edit|Rotate|Revoke) / })).toHaveCount(150);
  await expect(cells.getByRole("checkbox", { name: /^Select / })).toHaveCount(50);
  await expect(cells.locator("a, button, input, [tabindex], summary")).toHaveCount(250);
  for (const path of [MEMBERS_PATH, AUDIT_PATH, "/agents"]) {
    await page.goto(path);
    for (const part of await cells.getByRole("cell").locator("time, [title]").all())
      await expect(part.locator("xpath=ancestor-or-self::*[self::button or self::a]")).toHaveCount(0);
  }
});

test("a legend below the list explains the statuses without a pointer", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "Explained");
  await expect(row(page, "Explained").getByTitle(/^Works\./)).toHaveText("Active");
  for (const [path, term] of [
    [KEYS_PATH, "Stops working within 7 days"],
    [MEMBERS_PATH, "Hasn’t signed in yet"],
  ] as const) {
    await page.goto(path);
    await expect(page.getByText(term)).toBeHidden();
    await page.getByText("What the statuses mean").focus();
    await page.keyboard.press("Enter");
    await expect(page.getByText(term)).toBeVisible();
  }
});

for (const path of LISTS) {
  test(`${path}: results are announced, Back undoes a filter and "Clear" keeps the focus`, async ({ page }) => {
    await signIn(page, "Contoso Admin");
    await createAndClose(page, "Anything");
    await page.goto(path);
    // It exists before there is anything to announce.
    const status = page.locator("[role=status]").filter({ hasText: / found$/ });
    await expect(status).toHaveCount(1);
    await page
      .locator("[aria-haspopup=dialog][aria-expanded]", { hasText: /^(Status|Role|State|What)/ })
      .first()
      .click();
    await page.getByRole("option").nth(1).click();
    await expect(page).toHaveURL(/\?/);
    await expect(status.or(page.getByText(/^No .* match$/))).toHaveCount(1);
    await page.goBack();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(page.getByRole("button", { name: /^Clear / })).toHaveCount(0);

    await page.getByRole("searchbox").fill(NARROWED);
    await expect(page).toHaveURL(/q=/);
    await expect(page.locator("[role=status]").filter({ hasText: /^No .* match$/ })).toHaveCount(1);
    await page.getByRole("link", { name: "Clear search and filters" }).focus();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(page.getByRole("searchbox")).toBeFocused();
    await expect(page.getByRole("searchbox")).toHaveValue("");
    await expect(status).toHaveCount(1);
  });
}

test("going to the last page keeps the focus, and the page is announced", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 60);
  await signIn(page, "Contoso Admin");
  await page.getByRole("link", { name: "Next" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("51–60 of 60 keys")).toBeVisible();
  expect(await focused(page)).toBe("Next");
  await expect(page.getByRole("link", { name: "Next" })).toHaveAttribute("aria-disabled", "true");
  const status = page.locator("[role=status]");
  await expect(status.filter({ hasText: /^60 keys found, page 2$/ })).toHaveCount(1);
  await page.getByRole("link", { name: "Previous" }).click();
  await expect(status.filter({ hasText: /^60 keys found$/ })).toHaveCount(1);
});

test("a revoked key shows no expiry", async ({ page, db }) => {
  await signIn(page, "Contoso Admin");
  for (const name of ["Still on", "Done with"]) await createAndClose(page, name, "7 days");
  await db.query("update api_keys set revoked_at = now(), revoked_by_id = created_by_id where name = 'Done with'");
  await page.reload();
  await expect(row(page, "Still on")).toContainText(/in \d+ days/);
  await expect(row(page, "Done with")).toContainText("Revoked");
  await expect(row(page, "Done with")).not.toContainText(/in \d+ days/);
});

test("a reversed date range gets a message at its field", async ({ page }) => {
  await signIn(page, "Contoso Admin", AUDIT_PATH);
  await filterChip(page, "Date").click();
  const from = page.getByLabel("From", { exact: true });
  await page.getByLabel("To", { exact: true }).fill("2026-01-01");
  await from.fill("2026-01-02");
  await expect(from).toHaveAccessibleDescription("“From” must not be after “To”.");
  await expect(from).toHaveAttribute("aria-invalid", "true");
  await from.fill("2026-01-01");
  await expect(from).not.toHaveAttribute("aria-invalid", "true");
});

test("a notice disappears after ten seconds unless hovered or focused; an error stays", async ({ page, db }) => {
  await page.clock.install();
  await signIn(page, "Contoso Admin", "/agents");
  await page.getByRole("rowheader").first().getByRole("link").click();
  await page.waitForURL(/\/agents\/[0-9a-f-]{36}$/);
  const [agent] = await db.query<{ description: string | null }>("select description from agents where id = $1::uuid", [
    new URL(page.url()).pathname.split("/").at(-1),
  ]);
  const save = async (description: string) => {
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Description" }).fill(description);
    await page.getByRole("button", { name: "Save" }).click();
  };
  const toast = page.getByText("Saved.");
  await save("Noticed");
  await expect(toast).toBeVisible();
  await page.clock.fastForward(8_000);
  await expect(toast).toBeVisible();
  await toast.hover();
  await page.clock.fastForward(60_000);
  await expect(toast).toBeVisible();
  await page.getByRole("button", { name: "Dismiss" }).focus();
  await page.mouse.move(0, 0);
  await page.clock.fastForward(60_000);
  await expect(toast).toBeVisible();
  await page.getByRole("button", { name: "Edit" }).focus();
  await page.clock.fastForward(11_000);
  await expect(toast).toHaveCount(0);
  // The form starts with what the page shows.
  await expect(page.getByText("Noticed", { exact: true })).toBeVisible();
  await save(agent?.description ?? "");
  await expect(toast).toBeVisible();

  await page.goto(KEYS_PATH);
  await page.route("**/_next/static/**/*.js*", (route) => route.abort());
  await page.getByRole("button", { name: "Create API key" }).click();
  const failure = page.getByRole("status").filter({ hasText: "couldn’t be loaded" });
  await expect(failure).toBeVisible();
  await page.clock.fastForward(60_000);
  await expect(failure).toBeVisible();
});

test("in forced colours a switch shows its state, and only the current link is underlined", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await signIn(page, "Contoso Admin", "/agents");
  const colours = async (on: boolean) => {
    const state = page.getByRole("switch", { checked: on }).first();
    return state.evaluate((track) => {
      const knob = track.firstElementChild;
      return [getComputedStyle(track).backgroundColor, knob ? getComputedStyle(knob).backgroundColor : ""];
    });
  };
  const [on, off] = [await colours(true), await colours(false)];
  for (const [track, knob] of [on, off]) expect(knob).not.toBe(track);
  expect(on[0]).not.toBe(off[0]);

  await page.goto(MEMBERS_PATH);
  for (const name of ["Main", "Roles & Access"]) {
    const links = page.getByRole("navigation", { name }).getByRole("link");
    const lines = await links.evaluateAll((all) =>
      all.map((link) => [link.ariaCurrent === "page", getComputedStyle(link, "::after").content !== "none"] as const),
    );
    for (const [current, line] of lines) expect(line, name).toBe(current);
    expect(lines.filter(([current]) => current)).toHaveLength(1);
  }
});

/** The controls that are less than 24 pixels wide or high. A link within a sentence is as high as its line (WCAG 2.5.8, "Inline"). */
const tooSmall = (page: Page) =>
  page.locator("a, button, summary, input, select, textarea, [role=switch], [role=option]").evaluateAll((all) =>
    all
      .filter((control) => {
        // Nobody presses what a select of ours keeps for forms.
        if (control.matches("[aria-hidden=true]")) return false;
        // Pressing a label presses its checkbox or radio button.
        const target = control.matches("[type=checkbox], [type=radio]")
          ? (control.closest("label") ?? control)
          : control;
        const { width, height } = target.getBoundingClientRect();
        const alone = control.parentElement?.textContent.trim() === control.textContent.trim();
        const inline = control.matches("a") && !alone && getComputedStyle(control).display === "inline";
        return !inline && width > 0 && (width < 24 || height < 24) && !control.matches("[href='#content']");
      })
      .map((control) => control.outerHTML.slice(0, 160)),
  );

test("every control is at least 24 pixels wide and high", async ({ page, db }) => {
  await db.addKeys(TENANTS.contoso, 60);
  await signIn(page, "Contoso Admin");
  const [agent] = await db.query<{ id: string }>(
    "select a.id from agents a join tenants t on t.id = a.tenant_id where t.entra_tenant_id = $1 limit 1",
    [TENANTS.contoso],
  );
  const paths = [
    ...LISTS,
    `/agents/${agent?.id ?? ""}`,
    "/agents/none",
    "/account/sessions",
    "/quickstart",
    "/api-reference",
  ];
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of [...paths, "/sign-in"]) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      expect(await tooSmall(page), `${path} at ${String(width)} px`).toEqual([]);
    }
  }
});

test("controls of the account menu, dialogs and details are at least 24 pixels wide and high", async ({ page }) => {
  const dialog = page.getByRole("dialog");
  await page.setViewportSize({ width: 360, height: 800 });
  await signIn(page, "Contoso Admin");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(dialog).toBeVisible();
  expect(await tooSmall(page), "account menu").toEqual([]);
  await page.keyboard.press("Escape");
  await createKey(page, "Sized");
  await page.keyboard.press("Escape");
  await expect(dialog.getByRole("alert")).toBeVisible();
  expect(await tooSmall(page), "question").toEqual([]);
  await dialog.getByRole("button", { name: "Close anyway" }).click();
  await page.getByText("What the statuses mean").click();
  await page.getByRole("button", { name: "Rotate Sized" }).click();
  await choose(page, "Expiry", "Custom date and time…");
  expect(await tooSmall(page), "a date and time").toEqual([]);
  await choose(page, "Expiry", "7 days");
  // The next call names an action that the server doesn't know.
  await dialog.getByRole("button", { name: "Rotate" }).click({ trial: true });
  const headers = { "next-action": "0".repeat(42) };
  await page.route("**/*", (route) => route.continue({ headers: { ...route.request().headers(), ...headers } }), {
    times: 1,
  });
  await dialog.getByRole("button", { name: "Rotate" }).click();
  await expect(dialog.getByRole("button", { name: "Reload page" })).toBeVisible();
  expect(await tooSmall(page), "what helps").toEqual([]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.goto(AUDIT_PATH);
  await page
    .getByRole("button", { name: /^Details/ })
    .first()
    .click();
  await expect(page.getByText("Request id")).toBeVisible();
  expect(await tooSmall(page), "details").toEqual([]);
  await page.goto(MEMBERS_PATH);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("combobox", { name: "Person" }).fill("contoso");
  await expect(page.getByRole("option").first()).toBeVisible();
  expect(await tooSmall(page), "people").toEqual([]);
});

test("the printed audit log has all details, exact times and no controls", async ({ page }) => {
  await signIn(page, "Contoso Admin");
  await createAndClose(page, "On paper");
  await page.goto(AUDIT_PATH);
  await page.setViewportSize({ width: 718, height: 1000 });
  const rows = await page.getByRole("rowheader").count();
  await expect(page.getByText("Request id")).toHaveCount(0);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByText("Request id")).toHaveCount(rows);
  for (const gone of [page.getByRole("navigation"), page.getByRole("searchbox"), page.getByRole("button")])
    for (const part of await gone.all()) await expect(part).toBeHidden();
  await expect(page.getByRole("table")).toContainText(/\d\d:\d\d:\d\d UTC/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(718);
  expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(22, 22, 29)");

  // Browsers fire beforeprint before the styles change.
  await page.emulateMedia({ media: "screen" });
  await expect(page.getByText("Request id")).toHaveCount(0);
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  await expect(page.getByText("Request id")).toHaveCount(rows);
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await expect(page.getByText("Request id")).toHaveCount(0);
});

for (const zone of ["Etc/Unknown", "", "Not/A_Zone"]) {
  test(`a browser whose time zone is "${zone}" shows times in UTC, and says so`, async ({ page }) => {
    await page.addInitScript((timeZone) => {
      Intl.DateTimeFormat.prototype.resolvedOptions = () => ({
        locale: "en-GB",
        calendar: "gregory",
        numberingSystem: "latn",
        timeZone,
      });
    }, zone);
    await signIn(page, "Contoso Admin");
    await createAndClose(page, "Somewhere", "7 days");
    for (const path of [...LISTS, "/account/sessions"]) {
      await page.goto(path);
      await expect(
        page.getByText("Times are in UTC because your browser doesn’t share its time zone."),
        path,
      ).toBeVisible();
      await page.getByRole("button", { name: "Show exact times" }).click();
      await expect(page.locator("time").first(), path).toContainText(/\d\d:\d\d:\d\d UTC$/);
      await expect(page.getByRole("alert").filter({ has: page.getByRole("heading") }), path).toHaveCount(0);
    }
  });
}

test("an error in the browser is not blamed on the server", async ({ page, db }) => {
  await signIn(page, "Contoso Admin", "/agents");
  await page.addInitScript(() => {
    Reflect.set(Intl.RelativeTimeFormat.prototype as object, "format", () => {
      throw new TypeError("blocked");
    });
  });
  await db.addKeys(TENANTS.contoso, 1);
  // A time that the list shows as a distance.
  await db.query("update api_keys set last_used_at = now() - interval '1 hour'");
  for (const path of [KEYS_PATH, "/agents"]) {
    await page.goto(path);
    const alert = page.getByRole("alert").filter({ has: page.getByRole("heading") });
    await expect(alert, path).toContainText("Something went wrong on this page");
    await expect(alert, path).not.toContainText(/database|server|load your/i);
    await expect(page.getByRole("button", { name: "Reload the page" }), path).toBeVisible();
  }
});
