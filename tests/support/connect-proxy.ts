import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

const portOf = (server: net.Server) => (server.address() as AddressInfo).port;
const listening = (server: net.Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

/** An HTTP proxy on loopback that forwards every request to one server and records it. */
export interface ConnectProxy {
  readonly port: number;
  /** `CONNECT host:port` or `POST http://host/path`, in order. */
  readonly asked: string[];
  /** The Proxy-Authorization of each. */
  readonly logins: (string | undefined)[];
  /** `refuse` sends 407, `hang` sends nothing. */
  mode: "connect" | "refuse" | "hang";
  stop(): void;
}

/** @param target the loopback port that every tunnel leads to */
export async function startConnectProxy(target: number): Promise<ConnectProxy> {
  const sockets = new Set<net.Socket>();
  const server = http.createServer((request, response) => {
    note(request);
    response.setHeader("content-type", "application/json").end("{}");
  });
  const proxy: ConnectProxy = {
    port: 0,
    asked: [],
    logins: [],
    mode: "connect",
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  const note = (request: http.IncomingMessage) => {
    proxy.asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    proxy.logins.push(request.headers["proxy-authorization"]);
  };
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.on("connect", (request, client: net.Socket) => {
    note(request);
    if (proxy.mode === "hang") return;
    if (proxy.mode === "refuse") {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const upstream = net.connect(target, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const [one, other] of [
      [upstream, client],
      [client, upstream],
    ] as const)
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
  });
  await listening(server);
  return Object.assign(proxy, { port: portOf(server) });
}

/** A server that poses as Microsoft and a collector, with a certificate from its own authority. */
export interface StandInSite {
  readonly port: number;
  /** The certificate to trust, for NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
  /** Requested paths. */
  readonly asked: string[];
  stop(): void;
}

function answerTo(address: string): unknown {
  if (address.includes("/.well-known/openid-configuration")) {
    const base = "https://login.microsoftonline.com/1c8a6f0e-52d4-4f37-9b1d-7e3a90c5d268";
    return {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    };
  }
  if (address.includes("/oauth2/v2.0/token"))
    return { token_type: "Bearer", access_token: "a-token", expires_in: 3600 };
  return address.includes("/discovery/v2.0/keys") ? { keys: [] } : { value: [] };
}

/** @param hosts the names on its certificate */
export async function startSite(hosts: readonly string[]): Promise<StandInSite> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "neo-proxy-"));
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => path.join(folder, name)) as [string, string];
  execFileSync(
    "openssl",
    [
      ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=neo-test".split(" "),
      ...[
        "-addext",
        `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`,
        "-keyout",
        key,
        "-out",
        certificate,
      ],
    ],
    { stdio: "pipe" },
  );
  const asked: string[] = [];
  const server = https.createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      asked.push(request.url ?? "");
      request.resume();
      response.setHeader("content-type", "application/json").end(JSON.stringify(answerTo(request.url ?? "")));
    },
  );
  await listening(server);
  return {
    port: portOf(server),
    certificate,
    asked,
    stop: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
