// The configurations of docs/deployment in nginx and HAProxy in front of the production build.
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { Agent, request as requestOverTls, type RequestOptions } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import path from "node:path";

import { freePort } from "../dev/port";
import { ROOT } from "../dev/root";
import { findProgram } from "../tests/support/find-program";
import {
  makeCertificate,
  type ProxyProgram,
  type ReverseProxy,
  startHaproxy,
  startNginx,
} from "../tests/support/nginx";

import { renderedForOf } from "./access-calls";
import { createKey, expect, KEYS_PATH, test } from "./fixtures";
import { type AppOverWire, startAppOverWire } from "./second-app";

/** The client address of these tests' calls, which differs from the proxy's own. */
const CLIENT = "127.0.0.2";

/** A relay between a proxy and an instance: counts connections, records what was sent, and can be cut and restored. */
class Relay {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  port = 0;
  target = 0;
  connections = 0;
  sent = "";

  async mend(): Promise<void> {
    const server = createServer((near) => {
      this.connections++;
      const far = connect({ host: "127.0.0.1", port: this.target });
      near.on("data", (data) => (this.sent += data.toString("latin1")));
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
    this.#server = server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** Replaces what an operator replaces; each text must exist. */
function filledIn(file: string, replacements: readonly (readonly [from: string, to: string])[]): string {
  let text = readFileSync(path.join(ROOT, "docs", "deployment", file), "utf8");
  for (const [from, to] of replacements) {
    expect(text, `${file} has ${from}`).toContain(from);
    text = text.replaceAll(from, to);
  }
  return text;
}

interface Ports {
  readonly http: number;
  readonly https: number;
  /** Of two instances. */
  readonly upstream: readonly [number, number];
}

const certificate = findProgram("openssl") ? makeCertificate() : null;

/** The files that nginx and HAProxy want. */
function writeCertificate(folder: string): string {
  const { certificate: chain = "", key = "" } = certificate ?? {};
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ "certificate.pem": chain, "key.pem": key, "both.pem": chain + key }))
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  return folder;
}

const START: Readonly<Record<ProxyProgram, (ports: Ports, folder: string) => Promise<ReverseProxy>>> = {
  nginx: ({ http, https, upstream: [first, second] }, folder) =>
    startNginx(
      filledIn("nginx.conf", [
        ["# server 127.0.0.1:3001", "server 127.0.0.1:3001"],
        ["127.0.0.1:3000", `127.0.0.1:${String(first)}`],
        ["127.0.0.1:3001", `127.0.0.1:${String(second)}`],
        ["listen 80;", `listen 127.0.0.1:${String(http)};`],
        ["listen 443 ssl", `listen 127.0.0.1:${String(https)} ssl`],
        ["neo.example.com", "localhost"],
        ["/etc/ssl/neo/fullchain.pem", path.join(folder, "certificate.pem")],
        ["/etc/ssl/neo/privkey.pem", path.join(folder, "key.pem")],
      ]),
      https,
    ),
  haproxy: ({ http, https, upstream: [first, second] }, folder) =>
    startHaproxy(
      filledIn("haproxy.cfg", [
        ["# server neo-2", "server neo-2"],
        ["127.0.0.1:3000", `127.0.0.1:${String(first)}`],
        ["127.0.0.1:3001", `127.0.0.1:${String(second)}`],
        ["bind :80", `bind 127.0.0.1:${String(http)}`],
        ["bind :443", `bind 127.0.0.1:${String(https)}`],
        ["/etc/haproxy/neo.pem", path.join(folder, "both.pem")],
      ]),
      https,
    ),
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

for (const program of ["nginx", "haproxy"] as const) {
  test.describe(program, () => {
    const missing = [program, "openssl"].filter((name) => !findProgram(name));
    const reason = `${program} is not tried: ${missing.join(" and ")} not installed here`;
    if (missing.length > 0) console.log(reason);
    test.skip(missing.length > 0, reason);

    const relays = [new Relay(), new Relay()] as const;
    let ports: Ports;
    let folder: string;
    let app: AppOverWire;
    let proxy: ReverseProxy;
    const agent = new Agent({ keepAlive: true, ca: certificate?.certificate ?? "" });

    const send = (port: number, address: string, options: RequestOptions = {}) => {
      const request = requestOverTls({
        host: "localhost",
        port,
        path: address,
        agent,
        localAddress: CLIENT,
        family: 4,
        ...options,
      });
      return { request, answered: once(request, "response").then(([answer]) => answer as IncomingMessage) };
    };
    /** Calls through the proxy; again if it closes a connection that was used before (RFC 9112, section 9.3.1). */
    async function call(address: string, options: RequestOptions = {}, body?: string): Promise<Answer> {
      const { request, answered } = send(ports.https, address, options);
      request.end(body);
      const answer = await answered.catch((error: unknown) => {
        if (request.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET") return null;
        throw error;
      });
      if (!answer) return call(address, options, body);
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      return { status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() };
    }

    test.beforeAll(async ({}, testInfo) => {
      folder = writeCertificate(testInfo.outputPath());
      for (const relay of relays) await relay.mend();
      ports = { http: await freePort(), https: await freePort(), upstream: [relays[0].port, relays[1].port] };
      app = await startAppOverWire({
        publicUrl: `https://localhost:${String(ports.https)}`,
        signIn: true,
        settings: { TRUSTED_PROXY_HOPS: "1" },
      });
      for (const relay of relays) relay.target = Number(new URL(app.url).port);
      proxy = await START[program](ports, folder);
    });
    test.afterAll(async () => {
      agent.destroy();
      await proxy.stop();
      await app.stop();
      for (const relay of relays) await relay.cut();
    });

    test("people and programs can use the dashboard and the API, and the log has their own addresses", async ({
      browser,
      db,
    }) => {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(`https://localhost:${String(ports.https)}${KEYS_PATH}`);
      await page.getByRole("button", { name: "Sign in with Microsoft" }).click();
      await page.getByRole("button", { name: /^Contoso Admin/ }).click();
      await page.waitForURL((url) => url.pathname === KEYS_PATH);
      const key = await createKey(page, `Behind ${program}`);
      expect(key).toMatch(/^neo_sk_/);

      const made = await call(
        "/public-api/agents",
        {
          method: "POST",
          headers: {
            Authorization: `Bearer ${key}`,
            "Content-Type": "application/json",
            // A client's own forwarding headers are ignored.
            "X-Forwarded-For": "203.0.113.9",
            Forwarded: "for=203.0.113.9",
            "X-Forwarded-Host": "evil.example",
          },
        },
        JSON.stringify({ name: `Made through ${program}`, trigger_type: "NONE", actions: [] }),
      );
      expect([made.status, made.text.slice(0, 200)]).toEqual([201, expect.stringContaining(`Made through ${program}`)]);
      const rows = await db.query<{ address: string }>(
        "select client_address as address from audit_events where target_name = $1",
        [`Made through ${program}`],
      );
      expect(rows).toEqual([{ address: CLIENT }]);

      // The whole export, as the instance itself sends it.
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
      const own = await renderedForOf(db, "Contoso Admin");
      const address = `/roles-access/audit-log/export?format=csv&for=${own}&to=${new Date().toISOString()}`;
      const through = await call(address, { headers: { Cookie: cookie } });
      const direct = await fetch(new URL(address, app.url), { headers: { cookie } });
      expect([through.status, through.headers["transfer-encoding"]]).toEqual([200, "chunked"]);
      expect(through.text.length).toBeGreaterThan(500);
      expect(through.text).toBe(Buffer.from(await direct.arrayBuffer()).toString());
      await context.close();
    });

    test("the proxy keeps few HTTP/1.1 connections open, and passes on the public host", async () => {
      for (const relay of relays) Object.assign(relay, { connections: 0, sent: "" });
      for (let count = 0; count < 40; count++) expect((await call("/public-api/health")).status).toBe(200);
      expect(relays[0].connections + relays[1].connections).toBeLessThanOrEqual(8);
      const sent = relays[0].sent + relays[1].sent;
      const calls = sent.match(/^GET \/public-api\/health HTTP\/1\.1\r$/gm) ?? [];
      expect(calls).toHaveLength(40);
      expect(
        sent.match(new RegExp(`^host: localhost:${String(ports.https)}\r$`, "gim"))?.length,
      ).toBeGreaterThanOrEqual(40);
      expect(sent).not.toMatch(/^GET \/public-api\/health[^]*?^connection: close/im);
    });

    test("long addresses and header fields reach the application", async () => {
      const long = "x".repeat(12_000);
      for (const [address, options] of [
        [`/sign-in?q=${long}`, {}],
        ["/sign-in", { headers: { Cookie: `a=${long}` } }],
      ] as const)
        expect((await call(address, options)).status, proxy.log().slice(-500)).toBe(200);
      // The application's own redirect, shortened.
      const redirected = await call(`/api/auth/signin?callbackUrl=${encodeURIComponent(`/agents?q=${long}`)}`);
      expect([redirected.status, redirected.headers.location]).toEqual([302, expect.stringMatching(/%2Fagents$/)]);
      // A body that is too large gets the API's own refusal.
      const refused = await call(
        "/public-api/me",
        { method: "POST", headers: { "Content-Type": "application/json" } },
        "x".repeat(100_000),
      );
      expect(refused.headers["content-type"]).toContain("application/json");
    });

    test("operators' endpoints are not public, and plain HTTP is redirected", async () => {
      for (const address of ["/api/health", "/api/ready", "/api/metrics"])
        expect((await call(address)).status, address).toBe(404);
      const plain = `http://127.0.0.1:${String(ports.http)}`;
      expect((await fetch(`${plain}/public-api/me`, { redirect: "manual" })).status).toBe(403);
      const page = await fetch(`${plain}/agents?q=1`, { redirect: "manual" });
      expect([page.status, page.headers.get("location")]).toEqual([
        308,
        expect.stringMatching(/^https:.*\/agents\?q=1$/),
      ]);
    });

    test("instances are used again after one or all of them failed", async () => {
      await Promise.all(relays.map((relay) => relay.cut()));
      for (let count = 0; count < 4; count++)
        expect((await call("/public-api/health")).status).toBeGreaterThanOrEqual(502);
      await Promise.all(relays.map((relay) => relay.mend()));
      expect((await call("/public-api/health")).status, proxy.log().slice(-500)).toBe(200);

      await relays[0].cut();
      for (let count = 0; count < 4; count++) expect((await call("/public-api/health")).status).toBe(200);
      await relays[0].mend();
    });

    test("the application's own error pages come through while the database is down", async () => {
      await app.wire.cut();
      const bearer = { headers: { Authorization: `Bearer neo_sk_prod_${"A".repeat(24)}` } };
      const end = Date.now() + 7_000;
      // Longer than health checks take to notice.
      do {
        const answer = await call("/public-api/me", bearer);
        expect([answer.status, answer.text]).toEqual([503, expect.stringMatching(/"code": ?"UNAVAILABLE"/)]);
        await new Promise((resolve) => setTimeout(resolve, 500));
      } while (Date.now() < end);
      await app.wire.mend();
      await expect.poll(async () => (await call("/public-api/me", bearer)).status, { timeout: 5_000 }).toBe(401);
    });

    test("streams are not buffered", async () => {
      let goOn: () => void = () => undefined;
      const upstream = createHttpServer((request, response) => {
        if (request.url !== "/stream") return void response.end();
        response.write("first\n");
        goOn = () => void response.end("last\n");
      }).listen(0, "127.0.0.1");
      await once(upstream, "listening");
      const { port } = upstream.address() as AddressInfo;
      const own = { http: await freePort(), https: await freePort(), upstream: [port, port] } as const;
      const streaming = await START[program](own, folder);
      try {
        const { request, answered } = send(own.https, "/stream");
        request.end();
        const answer = await answered;
        const [first] = (await once(answer, "data")) as [Buffer];
        expect(first.toString()).toBe("first\n");
        goOn();
        const [last] = (await once(answer, "data")) as [Buffer];
        expect(last.toString()).toBe("last\n");
      } finally {
        await streaming.stop();
        upstream.closeAllConnections();
        upstream.close();
      }
    });
  });
}
