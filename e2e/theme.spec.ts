import { expect, signIn, test } from "./fixtures";

test("the theme chosen in the account menu lasts, also on the way to another account, but not on paper", async ({
  page,
}) => {
  const canvas = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const menu = page.getByRole("dialog", { name: "Account" });
  const theme = (name: string) => menu.getByRole("radio", { name });
  await page.emulateMedia({ colorScheme: "light" });
  await signIn(page, "Contoso Viewer", "/agents");
  const light = await canvas();
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(menu.getByRole("link", { name: "Your sessions" })).toBeFocused();
  await expect(theme("System")).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(theme("System")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(theme("Dark")).toBeChecked();
  // Colours change in a transition, however short.
  await expect.poll(canvas).not.toBe(light);
  const dark = await canvas();

  // In the HTML, so that nothing flashes while it loads.
  const html = await (await page.reload())?.text();
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);
  await expect.poll(canvas).toBe(dark);
  await page.emulateMedia({ media: "print" });
  await expect.poll(canvas).toBe(light);
  await page.emulateMedia({ media: "screen" });

  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(theme("Dark")).toBeChecked();
  await menu.getByRole("button", { name: "Use another account" }).click();
  await expect(page.getByText("This is not Microsoft.")).toBeVisible();
  await page.goto("/agents");
  await expect(page).toHaveURL(/\/sign-in/);
  await expect.poll(canvas).toBe(dark);
  await signIn(page, "Contoso User", "/agents");

  await page.getByRole("button", { name: /^Account of/ }).click();
  await theme("System").check();
  await expect.poll(canvas).toBe(light);
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain("neo-theme");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(canvas).toBe(dark);
});
