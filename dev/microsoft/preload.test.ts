import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type StandIn, startStandIn } from "./server";

const run = promisify(execFile);
const PRELOAD = new URL("preload.mjs", import.meta.url).href;
const DISCOVERY = "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration";

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn({
    port: 0,
    appUrl: "http://localhost:4999",
    clientId: "11111111-2222-4333-8444-555555555555",
    clientSecret: "secret",
  });
});
afterAll(() => standIn.stop());

/** Runs a program in a separate Node process with the preload. */
async function withPreload(program: string): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: "", NEO_STAND_IN_URL: standIn.url };
  const { stdout } = await run(process.execPath, ["--import", PRELOAD, "--input-type=module", "-e", program], { env });
  return stdout;
}

describe("preload", () => {
  it("redirects fetch to the stand-in: by string, URL and Request with a body", async () => {
    const stdout = await withPreload(`
      const at = ${JSON.stringify(DISCOVERY)};
      const one = await (await fetch(at)).json();
      const two = await (await fetch(new URL(at), { cache: "no-store" })).json();
      const request = new Request("https://login.microsoftonline.com/organizations/oauth2/v2.0/token", {
        method: "POST", body: new URLSearchParams({ client_id: "unknown" }),
      });
      const three = await (await fetch(request)).json();
      console.log(JSON.stringify([one.authorization_endpoint, two.issuer, three.error]));`);
    expect(JSON.parse(stdout)).toEqual([
      `${standIn.url}/organizations/oauth2/v2.0/authorize`,
      "https://login.microsoftonline.com/{tenantid}/v2.0",
      "unauthorized_client",
    ]);
  });

  it("redirects https to the stand-in: with the global agent, a custom agent, none, and openid-client", async () => {
    const stdout = await withPreload(`
      import https, { get } from "node:https";
      import openid from "openid-client";
      const at = ${JSON.stringify(DISCOVERY)};
      const read = (agent) => new Promise((resolve, reject) =>
        get(at, agent === undefined ? {} : { agent }, async (res) => resolve(JSON.parse((await res.toArray()).join("")).issuer)).on("error", reject));
      const issuer = await openid.Issuer.discover(at);
      console.log(JSON.stringify([await read(), await read(new https.Agent({ keepAlive: true })), await read(false), issuer.issuer]));
      process.exit();`);
    expect(JSON.parse(stdout)).toEqual(Array(4).fill("https://login.microsoftonline.com/{tenantid}/v2.0"));
  });

  it("redirects no other host, scheme or port", async () => {
    const stdout = await withPreload(`
      import http from "node:http";
      import https from "node:https";
      import net from "node:net";
      const other = http.createServer((req, res) => res.end("other")).listen(0, "127.0.0.1");
      await new Promise((resolve) => other.once("listening", resolve));
      const byFetch = await (await fetch("http://127.0.0.1:" + other.address().port)).text();
      // A TLS ClientHello begins with byte 22: the real transport to a lookalike of Microsoft's host.
      const tls = net.createServer((socket) => socket.once("data", (data) => { seen(data[0]); socket.destroy(); })).listen(0, "127.0.0.1");
      await new Promise((resolve) => tls.once("listening", resolve));
      let seen;
      const greeting = (host) => new Promise((resolve) => {
        seen = resolve;
        https.get({ host, port: tls.address().port, lookup: (_, options, done) => done(null, options.all ? [{ address: "127.0.0.1", family: 4 }] : "127.0.0.1", 4) }).on("error", () => {});
      });
      console.log(JSON.stringify([byFetch, await greeting("login.microsoftonline.com.example"), await greeting("login.microsoftonline.com")]));
      process.exit();`);
    expect(JSON.parse(stdout)).toEqual(["other", 22, 22]);
  });

  it.each([
    undefined,
    "",
    "localhost:4200",
    "https://localhost:4200",
    "http://localhost",
    "http://example.com:4200",
    "http://localhost.example.com:4200",
    "http://user@localhost:4200",
    "http://10.0.0.1:4200",
  ])("refuses to load with NEO_STAND_IN_URL=%s", async (url) => {
    const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: "" };
    delete env.NEO_STAND_IN_URL;
    if (url !== undefined) env.NEO_STAND_IN_URL = url;
    await expect(run(process.execPath, ["--import", PRELOAD, "-e", "0"], { env })).rejects.toThrow(
      "on this machine only",
    );
  });
});
