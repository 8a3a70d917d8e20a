import type { Page } from "playwright";

/** Signs in through the sign-in page and the stand-in's account picker, and ends at `path`. @param app the application's URL */
export async function signInByClicking(page: Page, app: string, person: string, path: string): Promise<void> {
  const { href, origin } = new URL(path, app);
  await page.goto(href);
  await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
  await page.getByRole("button", { name: new RegExp(`^${person}`) }).click();
  await page.waitForURL((url) => url.origin === origin && !url.pathname.startsWith("/sign-in"));
}
