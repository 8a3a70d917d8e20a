import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";

import { custom, Issuer } from "openid-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { authOptions, microsoftHttpOptions } from "@/lib/auth/options";

import { freePort } from "@/dev/port";
import { type ConnectProxy, startConnectProxy, startSite, type StandInSite } from "@/tests/support/connect-proxy";
import { testEnvironment } from "@/tests/support/test-environment";

const ROOT = path.join(import.meta.dirname, "..", "..");
const PASSWORD = "p%40ss-word";

const KINDS = ["graph", "keys", "sign-in", "traces"];
const HOSTS = ["login.microsoftonline.com", "graph.microsoft.com", "collector.example"];

/** The output of a requesting process. */
interface Output {
  readonly all: string;
  /** One client's lines: its log, then its result. */
  readonly of: Readonly<Record<string, string>>;
}

function outputOf(all: string): Output {
  const of: Record<string, string> = {};
  let lines = "";
  for (const line of all.split("\n")) {
    lines += `${line}\n`;
    const [, kind] = /^\{"kind":"([a-z-]+)"/.exec(line) ?? [];
    if (!kind) continue;
    of[kind] = lines;
    lines = "";
  }
  return { all, of };
}

describe("requests through a proxy", { timeout: 60_000 }, () => {
  let site: StandInSite;
  let proxy: ConnectProxy;

  beforeAll(async () => {
    site = await startSite(HOSTS);
  });
  beforeEach(async () => {
    proxy = await startConnectProxy(site.port);
    site.asked.length = 0;
  });
  afterEach(() => {
    proxy.stop();
  });
  afterAll(() => {
    site.stop();
  });

  /** Sends the requests in a separate process. */
  async function run(kinds: readonly string[], settings: Record<string, string>): Promise<Output> {
    const program = ["--conditions=react-server", "--import", "tsx", "tests/support/outgoing-request.ts", ...kinds];
    const child = spawn(process.execPath, program, {
      cwd: ROOT,
      env: {
        ...process.env,
        ...testEnvironment("postgres://localhost:1/none"),
        OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector.example",
        LOG_LEVEL: "info",
        NODE_EXTRA_CA_CERTS: site.certificate,
        ...settings,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, problems] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return outputOf(out + problems);
  }

  const address = (port: number) => `127.0.0.1:${String(port)}`;

  it("reach Graph, Microsoft's keys and sign-in, and a collector", async () => {
    const output = await run(KINDS, { HTTPS_PROXY: `http://neo:${PASSWORD}@${address(proxy.port)}` });
    expect(output.of.graph).toContain('"ok":true');
    expect(output.of.keys).toContain("Microsoft did not sign it");
    expect(output.of["sign-in"]).toContain("https://login.microsoftonline.com/");
    expect(new Set(proxy.asked)).toEqual(new Set(HOSTS.map((host) => `CONNECT ${host}:443`)));
    for (const what of [
      "/oauth2/v2.0/token",
      "/v1.0/users",
      "/discovery/v2.0/keys",
      "openid-configuration",
      "/v1/traces",
    ])
      expect(site.asked.join(" ")).toContain(what);
    expect(new Set(proxy.logins)).toEqual(new Set([`Basic ${Buffer.from("neo:p@ss-word").toString("base64")}`]));
    expect(output.all).not.toContain("looked up");
    expect(output.all).not.toContain("ss-word");
  });

  it("bypass the proxy for NO_PROXY, also in lower case", async () => {
    const output = await run(KINDS, { https_proxy: address(proxy.port), no_proxy: "microsoftonline.com,.example" });
    for (const kind of ["graph", "keys", "sign-in"])
      expect(output.of[kind], kind).toContain("looked up login.microsoftonline.com");
    expect(output.of.traces).toContain("looked up collector.example");
    expect(proxy.asked).toEqual([]);
  });

  it("fail with the name of a proxy that is down", async () => {
    const down = address(await freePort());
    const output = await run(KINDS, { HTTPS_PROXY: `http://neo:${PASSWORD}@${down}` });
    for (const kind of KINDS)
      expect(output.of[kind], kind).toContain(`The proxy http://${down} can't be used: connect ECONNREFUSED`);
    expect(output.all).not.toContain("looked up");
    expect(output.all).not.toContain("ss-word");
  });

  it("fail with the name of a proxy that refuses", async () => {
    proxy.mode = "refuse";
    const output = await run(KINDS, { HTTPS_PROXY: address(proxy.port) });
    for (const kind of KINDS)
      expect(output.of[kind], kind).toContain(`The proxy http://${address(proxy.port)} can't be used: it answered 407`);
    expect(site.asked).toEqual([]);
  });

  it("time out after 10 s on an unresponsive proxy, and name it", async () => {
    proxy.mode = "hang";
    const output = await run(["sign-in"], { HTTPS_PROXY: address(proxy.port) });
    expect(output.all).toContain(`The proxy http://${address(proxy.port)} can't be used: no answer in 10 s`);
  });

  it("use HTTP_PROXY without a tunnel for a plain HTTP collector", async () => {
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.example:4318" };
    await run(["traces"], { ...settings, HTTP_PROXY: address(proxy.port) });
    expect(new Set(proxy.asked)).toEqual(new Set(["POST http://collector.example:4318/v1/traces"]));
  });
});

describe("Microsoft's responses", () => {
  it("have a 10 s timeout at sign-in", () => {
    for (const [name, value] of Object.entries(testEnvironment("postgres://x"))) vi.stubEnv(name, value);
    const [provider] = authOptions().providers;
    expect(provider?.options).toMatchObject({ httpOptions: { timeout: 10_000 } });
    vi.unstubAllEnvs();
  });

  it("can take 5 s", async () => {
    const server = http.createServer((_, response) => {
      setTimeout(() => response.setHeader("content-type", "application/json").end('{"issuer":"https://slow"}'), 5_000);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/.well-known/openid-configuration`;
    custom.setHttpOptionsDefaults(microsoftHttpOptions({}));
    expect((await Issuer.discover(address)).issuer).toBe("https://slow");
    server.close();
  });
});
