// Real reverse proxies for tests: each runs in its own folder, as an ordinary process of this user.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";

import { findProgram } from "./find-program";

const READY_TIMEOUT_MS = 10_000;

export type ProxyProgram = "nginx" | "haproxy";

/** A running proxy. */
export interface ReverseProxy {
  /** Its output so far, error log included. */
  readonly log: () => string;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const newFolder = () => mkdtempSync(path.join(os.tmpdir(), "neo-proxy-"));

/**
 * Starts nginx with the files of /etc/nginx/conf.d.
 * @param site the contents of `http { … }`: upstreams and servers
 * @param port one that it listens on, polled for readiness
 * @throws Error with nginx's output when it does not start
 */
export function startNginx(site: string, port: number): Promise<ReverseProxy> {
  const folder = newFolder();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const main = [
    "daemon off;",
    "master_process off;",
    `pid ${folder}/pid;`,
    "events { worker_connections 256; }",
    `http { access_log off; ${temporary.join(" ")} include ${folder}/site.conf; }`,
  ];
  writeFileSync(path.join(folder, "site.conf"), site);
  writeFileSync(path.join(folder, "nginx.conf"), main.join("\n"));
  return run("nginx", ["-p", folder, "-e", "stderr", "-c", `${folder}/nginx.conf`], folder, port);
}

/**
 * Starts HAProxy.
 * @param config the whole of haproxy.cfg
 * @param port one that it listens on, polled for readiness
 * @throws Error with HAProxy's output when it does not start
 */
export function startHaproxy(config: string, port: number): Promise<ReverseProxy> {
  const folder = newFolder();
  writeFileSync(path.join(folder, "haproxy.cfg"), config);
  return run("haproxy", ["-db", "-f", path.join(folder, "haproxy.cfg")], folder, port);
}

async function run(name: ProxyProgram, args: string[], folder: string, port: number): Promise<ReverseProxy> {
  const child = spawn(findProgram(name) ?? name, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      output.push(String(error));
      resolve();
    });
  });
  const proxy = {
    log: () => output.join(""),
    async stop() {
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await ended;
      clearTimeout(force);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const deadline = Date.now() + READY_TIMEOUT_MS;
  const state = { running: true };
  void ended.then(() => (state.running = false));
  while (!(await listens(port))) {
    if (!state.running || Date.now() > deadline) {
      await proxy.stop();
      throw new Error(`${name} did not start:\n${proxy.log()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return proxy;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    // Not yet; the caller has the deadline.
    return false;
  } finally {
    socket.destroy();
  }
}

/** A self-signed certificate for localhost and its key, made by openssl. */
export function makeCertificate(): { readonly certificate: string; readonly key: string } {
  const folder = newFolder();
  const [certificate, key] = [path.join(folder, "certificate.pem"), path.join(folder, "key.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  try {
    execFileSync(
      "openssl",
      ["req", "-x509", ...curve, "-nodes", "-days", "2", ...names, "-keyout", key, "-out", certificate],
      { stdio: "pipe" },
    );
    return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
