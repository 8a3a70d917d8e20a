import AxeBuilder from "@axe-core/playwright";
import { type Page } from "playwright/test";

import { expect } from "./fixtures";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** 1280 px at 400 % (WCAG 2.2, 1.4.10), which is narrower than any phone, and both sides of the tables' breakpoint. */
const WIDTHS = [320, 768, 1024];

/** Waits until the last change is rendered. */
async function painted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

/** Runs axe on the page as it is. @param except rules that can't be judged there */
async function expectNoViolations(page: Page, what: string, except: string[] = []): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).disableRules(except).analyze();
  const found = violations.map((violation) => [violation.id, violation.nodes.map((node) => node.html.slice(0, 200))]);
  expect(found, what).toEqual([]);
}

/** Runs axe in forced colours, in both themes. The system chooses these colours, and axe computes contrasts from ours. */
export async function expectAccessibleInForcedColours(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, forcedColors: "active", reducedMotion: "reduce" });
    await painted(page);
    await expectNoViolations(page, `${what}, in forced colours, ${colorScheme}`, ["color-contrast"]);
  }
  await page.emulateMedia({ forcedColors: "none" });
}

/** Runs axe in both themes, and checks that nothing scrolls sideways. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await painted(page);
    await expectNoViolations(page, `${what}, ${colorScheme}`);
  }
  const size = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 740 });
    await painted(page);
    const needed = await page.evaluate(() => {
      // A dialog scrolls inside its own overlay, not the document.
      const boxes = Array.from(document.querySelectorAll("[role=dialog], main *"), (box) =>
        box.getBoundingClientRect(),
      );
      return Math.max(document.documentElement.scrollWidth, ...boxes.map((box) => Math.ceil(box.right)));
    });
    expect(needed, `${what} at ${String(width)} px`).toBeLessThanOrEqual(width);
  }
  if (size) await page.setViewportSize(size);
}
