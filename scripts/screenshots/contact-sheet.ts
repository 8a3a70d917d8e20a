import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import type { Browser } from "playwright";

/** The pictures of one state, by the name of the variant; paths relative to the sheet. */
export interface Pictured {
  readonly group: string;
  readonly name: string;
  readonly files: readonly (readonly [variant: string, file: string, width: number])[];
}

const STYLE = `
  body { margin: 24px; font: 14px/20px system-ui, sans-serif; color: #1b1f27; background: #e6e9ee; }
  h1 { font-size: 20px; } h2 { font-size: 16px; margin: 24px 0 8px; }
  .row { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
  figure { margin: 0; } figcaption { font-size: 12px; color: #545c6b; }
  img { display: block; max-height: 420px; object-fit: cover; object-position: top; border: 1px solid #c3c9d3; background: #fff; }`;

const escape = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** Wide windows are shown smaller than narrow ones. */
const shownWidth = (width: number) => Math.round(width < 500 ? width / 2 : width / 2.6);

function section(pictured: readonly Pictured[]): string {
  const figures = ({ files }: Pictured) =>
    files.map(([variant, file, width]) => {
      const image = `<img src="${escape(file)}" width="${String(shownWidth(width))}" alt="">`;
      return `<figure><a href="${escape(file)}">${image}</a><figcaption>${escape(variant)}</figcaption></figure>`;
    });
  return pictured
    .map((state) => `<h2>${escape(state.name)}</h2><div class="row">${figures(state).join("")}</div>`)
    .join("\n");
}

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><style>${STYLE}</style><body>\n${body}\n</body></html>\n`;

/**
 * Writes a page with all pictures, and a picture of each group.
 * @param folder where the pictures are
 * @returns the page
 */
export async function writeContactSheet(
  browser: Browser,
  folder: string,
  pictured: readonly Pictured[],
): Promise<string> {
  const names = new Set(pictured.map(({ group }) => group));
  const groups = Array.from(names, (name) => [name, pictured.filter(({ group }) => group === name)] as const);
  const tab = await browser.newPage({ viewport: { width: 2200, height: 900 } });
  const file = path.join(folder, "index.html");
  for (const [group, states] of groups) {
    writeFileSync(file, page(group, `<h1>${escape(group)}</h1>${section(states)}`));
    await tab.goto(pathToFileURL(file).href);
    await tab.screenshot({
      path: path.join(folder, `sheet-${group.toLowerCase().replaceAll(" ", "-")}.png`),
      fullPage: true,
    });
  }
  await tab.close();
  const body = groups.map(([group, states]) => `<h1>${escape(group)}</h1>${section(states)}`);
  writeFileSync(file, page("Screenshots", body.join("\n")));
  return file;
}
