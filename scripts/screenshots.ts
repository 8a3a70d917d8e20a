// `npm run screenshots -- [words] [--readme]`: pictures of every page and state, from a demo of its own. Words narrow it down to the
// states whose group or name has them; --readme also updates the pictures of the README.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client } from "pg";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";

import { startEmbedded } from "../dev/database/embedded";
import { freePort } from "../dev/port";
import { ProcessGroup } from "../dev/process-group";
import { ROOT } from "../dev/root";
import { startStack } from "../dev/stack";
import { findOrInstallChromium } from "../tests/support/chromium";
import { signInByClicking } from "../tests/support/click-sign-in";
import { DatabaseWire } from "../tests/support/database-wire";
import { endOnSignal } from "../tests/support/interrupt";
import { accessTokenByDeviceCode } from "../tests/support/sign-in";
import { clearEnvironment } from "../tests/support/test-environment";
import { ensureBuilt } from "./build";
import { type Pictured, writeContactSheet } from "./screenshots/contact-sheet";
import { fillDemo } from "./screenshots/demo-data";
import type { Sql } from "./screenshots/sql";
import { type Person, type State, STATES, type World } from "./screenshots/states";

const FOLDER = path.join(ROOT, ".test-output", "screenshots");
const IMAGES = path.join(ROOT, "docs", "images");

const LIGHT = { colorScheme: "light", forcedColors: "none" } as const;
const DARK = { ...LIGHT, colorScheme: "dark" } as const;
const VARIANTS = [
  { name: "light", width: 1280, height: 800, media: LIGHT },
  { name: "dark", width: 1280, height: 800, media: DARK },
  { name: "forced colours", width: 1280, height: 800, media: { colorScheme: "dark", forcedColors: "active" } },
  { name: "768", width: 768, height: 1024, media: LIGHT },
  { name: "360", width: 360, height: 740, media: LIGHT },
] as const;

/** A longer page is cut off. */
const MOST_PX = 1_500;

/** How long a page takes to follow the size of the window. Not told by frames: without JavaScript a page has none. */
const SETTLE_MS = 150;

const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

/** Makes the window as tall as its content, so that what is fixed to its edges stays there. */
async function fit(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(SETTLE_MS);
  const needed = await page.evaluate(() => {
    const dialogs = Array.from(document.querySelectorAll("[role=dialog]"), (one) => one.scrollHeight + 24);
    return Math.max(document.documentElement.scrollHeight, ...dialogs);
  });
  if (needed <= height) return;
  await page.setViewportSize({ width, height: Math.min(needed, MOST_PX) });
  await page.waitForTimeout(SETTLE_MS);
}

type Session = NonNullable<BrowserContextOptions["storageState"]>;

/** Opens pages in their states, each in a browser session of its own. */
class Photographer {
  readonly #browser: Browser;
  readonly #url: string;
  readonly #world: World;
  readonly #sessions = new Map<Person, Session>();

  constructor(browser: Browser, url: string, world: World) {
    this.#browser = browser;
    this.#url = url;
    this.#world = world;
  }

  async #sessionOf(person: Person): Promise<Session> {
    const kept = this.#sessions.get(person);
    if (kept) return kept;
    const context = await this.#browser.newContext();
    await signInByClicking(await context.newPage(), this.#url, person, "/agents");
    const session = await context.storageState();
    await context.close();
    this.#sessions.set(person, session);
    return session;
  }

  /** Brings a page into the state, hands it to `shoot`, and mends what was broken for it. */
  async #open(
    { as, path: to, then, broken, javaScript = true }: State,
    scale: number,
    shoot: (page: Page) => Promise<void>,
  ) {
    const context = await this.#browser.newContext({
      baseURL: this.#url,
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: scale,
      reducedMotion: "reduce",
      javaScriptEnabled: javaScript,
      ...(as ? { storageState: await this.#sessionOf(as) } : {}),
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const address = typeof to === "string" ? to : await to(this.#world);
    const mend = await broken?.(this.#world, page);
    try {
      await page.goto(address, { waitUntil: "networkidle" });
      await then?.(page, this.#world);
      await shoot(page);
    } finally {
      await context.close();
      await mend?.();
    }
  }

  /** Takes the pictures of a state. */
  async take(state: State): Promise<Pictured> {
    const { group, name } = state;
    const files: (readonly [string, string, number])[] = [];
    await this.#open(state, 1, async (page) => {
      for (const { name: variant, width, height, media } of VARIANTS) {
        const file = path.join(slug(group), `${slug(name)}-${slug(variant)}.png`);
        await page.emulateMedia(media);
        await fit(page, width, height);
        await page.screenshot({ path: path.join(FOLDER, file), animations: "disabled" });
        files.push([variant, file, width]);
      }
    });
    return { group, name, files };
  }

  /** Updates the README's pictures of a state: light and dark, at twice the resolution. */
  async takeForReadme(state: State, image: string): Promise<void> {
    await this.#open(state, 2, async (page) => {
      for (const [suffix, media] of [
        ["", LIGHT],
        ["-dark", DARK],
      ] as const) {
        await page.emulateMedia(media);
        await fit(page, 1280, 720);
        await page.screenshot({ path: path.join(IMAGES, `${image}${suffix}.png`), animations: "disabled" });
      }
    });
  }
}

/** Starts a demo whose connection to its database can be cut, and fills it. */
async function startDemo(processes: ProcessGroup, dataDir: string) {
  const database = await startEmbedded({ dataDir: "memory://" }, processes.addChild);
  const wire = new DatabaseWire(database.url);
  await wire.mend();
  processes.add(() => wire.cut());
  const stack = await startStack(
    {
      mode: "demo",
      port: await freePort(),
      dataDir,
      databaseUrl: wire.url,
      logFile: path.join(dataDir, "app.log"),
      log: console.log,
      // Accounts that a state has Microsoft disable must not sign people of the next one out.
      settings: { NEO_ENVIRONMENT: "prod", ACCOUNT_CHECK_SECONDS: "3600" },
    },
    processes,
  );
  const client = new Client({ connectionString: database.url });
  await client.connect();
  processes.add(() => client.end());
  const sql: Sql = async <Row>(text: string, values: readonly unknown[] = []) =>
    (await client.query(text, [...values])).rows as Row[];
  return { url: stack.url, standInUrl: stack.standInUrl ?? "", sql, wire };
}

/** Calls the API with a person's access token. @throws Error unless it succeeds */
const apiCaller =
  (url: string, token: string) =>
  async <Data>(method: string, to: string, body?: object): Promise<Data> => {
    const response = await fetch(new URL(to, url), {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${to}: ${String(response.status)} ${await response.text()}`);
    return ((await response.json()) as { data: Data }).data;
  };

/** Invites somebody, as an admin does. @returns the link */
async function invite(browser: Browser, url: string): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  // Whose directory can't be searched, so that there is a link.
  await signInByClicking(page, url, "Fabrikam Admin", "/roles-access/members");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Nora Newcomer");
  await page.getByRole("textbox", { name: "E-mail" }).fill("nora@fabrikam.example");
  await page.getByRole("dialog").getByRole("button", { name: "Invite", exact: true }).click();
  const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await context.close();
  return link;
}

/** @returns how many states could not be pictured */
async function main(args: readonly string[], processes: ProcessGroup, dataDir: string): Promise<number> {
  const forReadme = args.includes("--readme");
  const words = args.filter((arg) => !arg.startsWith("--")).map((word) => word.toLowerCase());
  const chosen = STATES.filter(({ group, name }) =>
    words.every((word) => `${group} ${name}`.toLowerCase().includes(word)),
  );
  if (chosen.length === 0) throw new Error("No state has these words.");
  const executablePath = findOrInstallChromium(console.log);
  await ensureBuilt({ log: console.log, onChild: (child) => processes.add(() => child.stop()) });
  const { url, standInUrl, sql, wire } = await startDemo(processes, dataDir);
  console.log("Filling the demo ...");
  const token = await accessTokenByDeviceCode(standInUrl, "Contoso Admin");
  const keys = await fillDemo(sql, apiCaller(url, token));
  // Chromium's sandbox refuses root.
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
  processes.add(() => browser.close());
  const camera = new Photographer(browser, url, { sql, wire, keys, invitation: await invite(browser, url) });

  rmSync(FOLDER, { recursive: true, force: true });
  const pictured: Pictured[] = [];
  for (const [index, state] of chosen.entries()) {
    const title = `${String(index + 1)}/${String(chosen.length)} ${state.group}: ${state.name}`;
    try {
      mkdirSync(path.join(FOLDER, slug(state.group)), { recursive: true });
      pictured.push(await camera.take(state));
      if (forReadme && state.readme) await camera.takeForReadme(state, state.readme);
      console.log(title);
    } catch (error) {
      console.error(`${title} FAILED: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(`All pictures: ${await writeContactSheet(browser, FOLDER, pictured)}`);
  return chosen.length - pictured.length;
}

clearEnvironment();
const processes = new ProcessGroup();
endOnSignal(processes);
const dataDir = mkdtempSync(path.join(os.tmpdir(), "neo-screenshots-"));
try {
  process.exitCode = (await main(process.argv.slice(2), processes, dataDir)) > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await processes.stop();
rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
process.exit();
