import { type Page } from "playwright/test";

import { expect, KEYS_PATH, setting, signInInBrowser as signIn, test } from "./fixtures";

/** Opens the account picker. @returns its origin */
async function openPicker(page: Page): Promise<string> {
  await page.goto(KEYS_PATH);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await expect(page.getByText("This is not Microsoft.")).toBeVisible();
  return new URL(page.url()).origin;
}

/** The sign-in page's message. Next's route announcer is an alert too, but outside of main. */
function notice(page: Page) {
  return page.getByRole("main").getByRole("alert");
}

async function setFaults(origin: string, faults: Record<string, boolean>): Promise<void> {
  const response = await fetch(`${origin}/stand-in/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(faults),
  });
  expect(response.ok).toBe(true);
}

test("a page that requires a sign-in redirects to it and back", async ({ page }) => {
  await page.goto(KEYS_PATH);
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/);
  await signIn(page, "Contoso Admin");
  await expect(page).toHaveURL(new RegExp(`${KEYS_PATH}$`));
  await page.getByRole("button", { name: "Account of Contoso Admin" }).click();
  await expect(page.getByRole("dialog", { name: "Account" })).toContainText("Admin in Contoso");
});

test("Cancel returns to the sign-in page, which says so and offers another try", async ({ page }) => {
  await openPicker(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByRole("main")).toContainText("Sign-in was cancelled");
  await expect(page.getByRole("button", { name: "Sign in with Microsoft" })).toBeVisible();
});

for (const [query, words] of [
  [
    "error=access_denied&error_subcode=cancel&error_description=AADSTS50020%3A+User+account+%27ada%40contoso.example%27",
    /That account isn’t in this organisation.*AADSTS50020/,
  ],
  ["error=access_denied&error_description=AADSTS90094%3A+Admin+consent+is+required", /must approve Neo.*AADSTS90094/],
  ["error=access_denied&error_description=AADSTS999999%3A+New", /Microsoft refused the sign-in.*AADSTS999999/],
  ["admin_consent=True&tenant=c0117050-0000-4000-8000-000000000001", /Neo is approved for your organisation/],
  ["admin_consent=True&error=access_denied&error_description=AADSTS65004%3A+Declined", /Neo wasn’t approved/],
  ["error=permission_denied&error_description=The+admin+canceled+the+request", /Neo wasn’t approved/],
] as const) {
  test(`a callback with ${query.slice(0, 90)} says what happened`, async ({ page }) => {
    await page.goto(`/api/auth/callback/azure-ad?${query}`);
    await expect(page).toHaveURL(/\/sign-in\?/);
    await expect(notice(page)).toContainText(words);
    await expect(notice(page)).not.toContainText("ada@contoso.example");
    await expect(page.getByRole("button", { name: /Microsoft/ })).toBeVisible();
  });
}

test("an ID token from another tenant's issuer is refused", async ({ page, context }) => {
  const origin = await openPicker(page);
  await setFaults(origin, { badIssuer: true });
  try {
    await page.getByRole("button", { name: /^Contoso Admin/ }).click();
    await expect(page).toHaveURL(/\/sign-in\?/);
    await expect(notice(page)).toContainText("Microsoft’s response couldn’t be trusted");
    expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("next-auth.session-token");
    await page.goto(KEYS_PATH);
    await expect(page).toHaveURL(/\/sign-in/);
  } finally {
    await setFaults(origin, { badIssuer: false });
  }
  await signIn(page, "Contoso Admin");
});

test("the page says when Microsoft is unavailable, and the next try works", async ({ page }) => {
  const origin = await openPicker(page);
  await setFaults(origin, { down: true });
  try {
    await page.goto(KEYS_PATH);
    await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
    await expect(notice(page)).toContainText("Microsoft can’t be reached");
  } finally {
    await setFaults(origin, { down: false });
  }
  await signIn(page, "Contoso Admin");
});

for (const [person, reason] of [
  ["Contoso Newcomer", "You’re not in this organisation yet"],
  ["Northwind Admin", "Your organisation isn’t set up here"],
  ["Pat Personal", "Personal accounts can’t sign in"],
] as const) {
  test(`${person} is refused with a reason and a next step`, async ({ page, context }) => {
    await openPicker(page);
    await page.getByRole("button", { name: new RegExp(`^${person}`) }).click();
    await expect(notice(page)).toContainText(reason);
    expect((await context.cookies()).map((cookie) => cookie.name)).not.toContain("next-auth.session-token");
  });
}

test("the same e-mail address in another tenant is another person", async ({ page }) => {
  await signIn(page, "Fabrikam User", "/agents");
  await page.getByRole("button", { name: "Account of Fabrikam User" }).click();
  const account = page.getByRole("dialog", { name: "Account" });
  await expect(account).toContainText("admin@contoso.example");
  await expect(account).toContainText("User in Fabrikam");
  await page.goto(KEYS_PATH);
  await expect(page).toHaveURL(/access-denied/);
});

test("after signing out, a copied cookie is useless", async ({ page, context, browser }) => {
  await signIn(page, "Contoso Admin");
  const cookies = await context.cookies();
  const copied = await browser.newContext({ baseURL: setting("NEO_E2E_URL") });
  await copied.addCookies(cookies);
  const thief = await copied.newPage();
  await thief.goto(KEYS_PATH);
  await expect(thief.getByRole("heading", { name: "Roles & Access" })).toBeVisible();

  await page.getByRole("button", { name: "Account of Contoso Admin" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);

  await thief.goto(KEYS_PATH);
  await expect(thief).toHaveURL(/\/sign-in/);
  await copied.close();
});

test("the session cookie is HttpOnly and contains no personal data", async ({ page, context }) => {
  await signIn(page, "Contoso Admin");
  const session = (await context.cookies()).find((cookie) => cookie.name === "next-auth.session-token");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  expect(decodeURIComponent(session?.value ?? "")).not.toMatch(/contoso/i);
});

test("signing in again leads back to the list as it was", async ({ page }) => {
  await signIn(page, "Contoso Admin", `${KEYS_PATH}?q=export&sort=name&dir=asc`);
  await expect(page).toHaveURL(`${KEYS_PATH}?q=export&sort=name&dir=asc`);
});

test("callbackUrl to another site is not followed", async ({ page }) => {
  await page.goto(`/sign-in?callbackUrl=${encodeURIComponent("https://evil.example/")}`);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: /^Contoso Admin/ }).click();
  await page.waitForURL((url) => url.origin === setting("NEO_E2E_URL"));
  expect(new URL(page.url()).origin).toBe(setting("NEO_E2E_URL"));
});
