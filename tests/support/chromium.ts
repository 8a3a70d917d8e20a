import { spawnSync } from "node:child_process";
import path from "node:path";

import { chromium } from "playwright";

import { isExecutable } from "../../dev/executable";

/** Debian's headless shell comes first: it needs a fifth less of the processor for the same pages. */
const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PLACES = ["/usr/bin", "/usr/local/bin", "/snap/bin", "/Applications/Google Chrome.app/Contents/MacOS"];

/**
 * Chromium for tests: the one NEO_E2E_CHROMIUM names, an installed one, Playwright's own if already downloaded, else
 * Debian's package, which is installed if this user may.
 * @returns path of the program
 * @throws Error that names the command to run when there is none and it cannot be installed
 */
export function findOrInstallChromium(log: (line: string) => void): string {
  const found = findChromium();
  if (found) return found;
  const apt = aptGet();
  if (apt) {
    log("Installing Chromium with apt-get (once) ...");
    for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
      const { status, stdout, stderr } = spawnSync(apt.command, [...apt.args, ...args], {
        encoding: "utf8",
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
      if (status !== 0) log(`apt-get ${args.join(" ")} failed:\n${stdout}${stderr}`);
    }
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(`There is no Chromium for the browser tests. ${installHint(process.platform)}`);
}

/** How to install Chromium on the platform. */
export function installHint(platform: NodeJS.Platform): string {
  const own = "npx playwright install chromium";
  if (platform === "darwin") return `Install Google Chrome (brew install --cask google-chrome), or run: ${own}`;
  return `Install it with: sudo apt-get install -y chromium (Debian; elsewhere the package of that name, or: ${own})`;
}

/** A Chromium on this machine, or null. */
export function findChromium(): string | null {
  const folders = [...(process.env.PATH ?? "").split(path.delimiter).filter(Boolean), ...PLACES];
  const candidates = [
    ...(process.env.NEO_E2E_CHROMIUM ? [process.env.NEO_E2E_CHROMIUM] : []),
    ...folders.flatMap((folder) => [...NAMES, "Google Chrome"].map((name) => path.join(folder, name))),
    chromium.executablePath(),
  ];
  return candidates.find(isExecutable) ?? null;
}

/** How this user runs apt-get, or null without it or without the right to. */
function aptGet(): { command: string; args: string[] } | null {
  if (!isExecutable("/usr/bin/apt-get")) return null;
  if (process.getuid?.() === 0) return { command: "/usr/bin/apt-get", args: [] };
  const mayAll = spawnSync("sudo", ["-n", "true"]).status === 0;
  return mayAll ? { command: "sudo", args: ["-n", "/usr/bin/apt-get"] } : null;
}
