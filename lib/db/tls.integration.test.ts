import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";

import { Client, Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type * as Db from "@/lib/db/client";
import { databaseClient, databaseConfig } from "@/lib/config/database-connection";

import {
  type PostgresServer,
  findPostgres,
  startPostgres,
  unprivilegedUser,
} from "../../tests/support/postgres-server";
import { migrate } from "../../scripts/migrate";
import { verifyAudit } from "../../scripts/verify-audit-logs";

const programs = findPostgres();
const psql = programs ? path.join(path.dirname(realpathSync(path.join(programs, "postgres"))), "psql") : "";
const skip = existsSync(psql) ? false : "PostgreSQL and psql are not installed";
if (skip) console.log(`skipped: TLS to the database: ${skip}`);

describe.skipIf(skip)("TLS to a server with a private authority", () => {
  let cluster: PostgresServer;
  let folder: string;
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

  beforeAll(async () => {
    cluster = await startPostgres();
    folder = mkdtempSync(path.join(os.tmpdir(), "neo-tls-"));
    for (const ca of ["ca", "other-ca"])
      openssl(
        ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj".split(" "),
        `/CN=${ca}`,
        "-keyout",
        `${ca}.key`,
        "-out",
        `${ca}.crt`,
      );
    openssl(..."req -newkey rsa:2048 -nodes -subj /CN=db -keyout server.key -out server.csr".split(" "));
    writeFileSync(file("san"), "subjectAltName=DNS:localhost");
    openssl(
      ..."x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile san -out server.crt".split(
        " ",
      ),
    );
    const user = unprivilegedUser("postgres", "nobody");
    for (const name of ["server.key", "server.crt"]) {
      copyFileSync(file(name), path.join(cluster.dataDir, name));
      chmodSync(path.join(cluster.dataDir, name), 0o600);
      if (user) chownSync(path.join(cluster.dataDir, name), user.uid, user.gid);
    }
    const superuser = new Client({ connectionString: cluster.url });
    await superuser.connect();
    await superuser.query("alter system set ssl = on");
    // One role requires TLS, another refuses it, and the superuser may use either.
    await superuser.query(
      `create role tls_only login superuser password 'p'; create role plain_only login superuser password 'p'`,
    );
    writeFileSync(
      path.join(cluster.dataDir, "pg_hba.conf"),
      "hostssl all tls_only all scram-sha-256\nhostnossl all plain_only all scram-sha-256\nhost all postgres all scram-sha-256\n",
    );
    await superuser.query("select pg_reload_conf()");
    await superuser.end();
    await new Promise((resolve) => setTimeout(resolve, 500));
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  });

  const url = (role: string, host: string, query: string) => {
    const address = new URL(cluster.url);
    return `postgresql://${role}:p@${host}:${address.port}/postgres?${query.replaceAll("DIR", folder)}`;
  };
  /** The outcome of a connection: encrypted, plain or refused. */
  const ours = async (to: string) => {
    try {
      const client = databaseClient(to);
      client.on("error", () => undefined);
      await client.connect();
      const { rows } = await client.query<{ ssl: boolean }>("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
      await client.end();
      return rows[0]?.ssl ? "encrypted" : "plain";
    } catch {
      return "refused";
    }
  };
  const theirs = (to: string) =>
    new Promise<string>((resolve) => {
      const sql =
        "select case when ssl then 'encrypted' else 'plain' end from pg_stat_ssl where pid = pg_backend_pid()";
      execFile(
        psql,
        ["-XAtc", sql, to],
        { env: { ...process.env, HOME: folder, PGCONNECT_TIMEOUT: "10" } },
        (error, stdout) => resolve(error ? "refused" : stdout.trim()),
      );
    });

  const queries = [
    "",
    ...["disable", "prefer", "require", "verify-ca", "verify-full"].map((mode) => `sslmode=${mode}`),
    ...["require", "verify-ca", "verify-full"].flatMap((mode) =>
      ["ca", "other-ca"].map((ca) => `sslmode=${mode}&sslrootcert=DIR/${ca}.crt`),
    ),
    "sslmode=require&ssl_min_protocol_version=TLSv1.3",
    "ssl=true",
  ];
  it.each(queries)("“%s” has the same outcome as in psql", async (query) => {
    for (const role of ["tls_only", "plain_only"])
      for (const host of ["localhost", "127.0.0.1"]) {
        const to = url(role, host, query);
        // If TLS works but pg_hba.conf refuses it, psql retries without TLS; this product doesn't.
        const known = role === "plain_only" && /^$|prefer/.test(query) ? "refused" : await theirs(to);
        expect([role, host, await ours(to)]).toEqual([role, host, known]);
      }
  });

  it("README's sslmode=require works everywhere: migrations, the verification, and every pool", async () => {
    const to = url("tls_only", "localhost", "sslmode=require");
    expect(await migrate(to)).not.toEqual([]);
    expect(await verifyAudit(to, () => undefined)).toBe(true);
    process.env.DATABASE_URL = to;
    const db: typeof Db = await import("@/lib/db/client");
    for (const pool of [db.lookupPool(), db.listPool(), db.probePool()]) {
      expect((await pool.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()")).rows).toEqual([
        { ssl: true },
      ]);
    }
    expect(await db.prisma().tenant.count()).toBe(0);
    await db.prisma().$disconnect();
  });

  it("a pool without sslmode uses TLS if available, and sends its password", async () => {
    const pool = new Pool(databaseConfig(url("tls_only", "localhost", ""), { connectionTimeoutMillis: 3_000 }));
    const { rows } = await pool.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    expect(rows).toEqual([{ ssl: true }]);
    await pool.end();
  });

  it("a missing file is refused, although psql would connect unverified", () => {
    expect(() => databaseClient(url("tls_only", "localhost", "sslmode=require&sslrootcert=DIR/none.crt"))).toThrow(
      /sslrootcert, but .*none\.crt cannot be read \(ENOENT\)/,
    );
  });

  it("a CA file allows only a server with a matching name", async () => {
    expect(await ours(url("tls_only", "localhost", "sslrootcert=DIR/ca.crt&sslmode=verify-full"))).toBe("encrypted");
    expect(await ours(url("tls_only", "localhost", "sslrootcert=system"))).toBe("refused");
  });
});
