import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { announceStandIn } from "../dev/microsoft/announcement";
import { CONTOSO, DEMO_CLIENT, STAND_IN_ACCOUNTS } from "../dev/microsoft/directory";
import { type StandIn, startStandIn } from "../dev/microsoft/server";
import { ROOT } from "../dev/root";

const viewer = STAND_IN_ACCOUNTS.find((account) => account.name === "Contoso Viewer")!;
const dataDir = mkdtempSync(path.join(os.tmpdir(), "neo-token-"));

let standIn: StandIn;
beforeAll(async () => {
  const client = { clientId: DEMO_CLIENT.id, clientSecret: DEMO_CLIENT.secret };
  standIn = await startStandIn({ port: 0, appUrl: "http://localhost:4999", ...client });
});
afterAll(async () => {
  await standIn.stop();
  rmSync(dataDir, { recursive: true });
});

/** Runs the command as npm does, and submits `button` for its code. */
async function token(button: Record<string, string>) {
  const args = [
    "--conditions=react-server",
    "--import",
    import.meta.resolve("tsx"),
    path.join(ROOT, "scripts/token.ts"),
  ];
  // Blank settings override those of a .env file.
  const env = { ...process.env, NEO_DATA_DIR: dataDir, AZURE_AD_CLIENT_ID: "", AZURE_AD_TENANT_ID: "" };
  const child = spawn(process.execPath, args, { env, cwd: os.tmpdir() });
  let stdout = "";
  let stderr = "";
  let answered: Promise<unknown> | undefined;
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
    const [, page, code] = /open the page (\S+) and enter the code (\S+)/.exec(stderr) ?? [];
    if (page && code) answered ??= answer(page, code, button);
  });
  const status = await new Promise((resolve) => child.once("close", resolve));
  await answered;
  return { status, stdout, stderr };
}

async function answer(page: string, code: string, button: Record<string, string>): Promise<void> {
  const picker = await fetch(page, { method: "POST", body: new URLSearchParams({ user_code: code }) });
  const pending = /name="pending" value="([^"]+)"/.exec(await picker.text())?.[1] ?? "";
  await fetch(`${standIn.url}/stand-in/pick`, { method: "POST", body: new URLSearchParams({ pending, ...button }) });
}

describe("npm run token", () => {
  it("prints the token alone, and tells the person on the other stream", async () => {
    const forget = announceStandIn(dataDir, standIn.url);
    const { status, stdout, stderr } = await token({ account: viewer.oid });
    await forget();
    expect(stderr).toContain("Signed in as viewer@contoso.example");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(decodeJwt(stdout)).toMatchObject({ aud: DEMO_CLIENT.id, tid: CONTOSO.id, oid: viewer.oid, scp: "access" });
  });

  it("says so when the person cancels", async () => {
    const forget = announceStandIn(dataDir, standIn.url);
    const { status, stdout, stderr } = await token({ cancel: "1" });
    await forget();
    expect(stderr).toContain("The sign-in was cancelled.");
    expect([status, stdout]).toEqual([1, ""]);
  });

  it("says what to do when nothing is set and no demo runs", async () => {
    const { status, stdout, stderr } = await token({});
    expect(stderr).toContain("npm start");
    expect([status, stdout]).toEqual([1, ""]);
  });
});
