import AxeBuilder from "@axe-core/playwright";
import { type Page } from "playwright/test";

import { expect } from "./fixtures";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** 1280 px at 400 % (WCAG 2.2, 1.4.10), which is narrower than any phone, and both sides of the tables' breakpoint. */
const WIDTHS = [320, 768, 1024];

/** Waits until the last change is rendered. With reduced motion nothing moves: inherited colours would for several frames. */
async function painted(page: Page): Promise<void> {
  const moving = await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return document.getAnimations().filter((animation) => animation instanceof CSSTransition).length;
  });
  expect(moving, "transitions in spite of reduced motion").toBe(0);
}

/** Runs axe on the page as it is. */
async function expectNoViolations(what: string, axe: AxeBuilder): Promise<void> {
  const { violations } = await axe.analyze();
  const found = violations.map((violation) => [violation.id, violation.nodes.map((node) => node.html.slice(0, 200))]);
  expect(found, what).toEqual([]);
}

/** Runs axe in forced colours. The system chooses these, for both themes, and axe computes contrasts from ours. */
export async function expectAccessibleInForcedColours(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await painted(page);
  const axe = new AxeBuilder({ page }).withTags(STANDARDS).disableRules("color-contrast");
  await expectNoViolations(`${what}, in forced colours`, axe);
  await page.emulateMedia({ forcedColors: "none" });
}

/** Runs axe, the contrasts in both themes, which differ in nothing else, and checks that nothing scrolls sideways. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await painted(page);
  await expectNoViolations(`${what}, light`, new AxeBuilder({ page }).withTags(STANDARDS));
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await painted(page);
  await expectNoViolations(`${what}, dark`, new AxeBuilder({ page }).withRules("color-contrast"));
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
