import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { testEnvironment } from "../../tests/support/test-environment";
import { databaseConfig } from "./database-connection";
import { parseDatabaseUrl } from "./database-url";
import { readEnv } from "./env";

const limits = { connectionTimeoutMillis: 3_000 };
const refusal = (url: string) => {
  try {
    readEnv(testEnvironment(url));
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

describe("the parts of a connection string", () => {
  it.each([
    ["postgresql://neo:pa%23s%2Fs%3F%40%25%20@db.example.com:6432/neo", { password: "pa#s/s?@% ", port: 6432 }],
    ["postgres://neo:a:b@db/neo", { user: "neo", password: "a:b", host: "db", port: 5432, database: "neo" }],
    ["postgresql://neo@[2001:db8::1]:5433/neo", { host: "2001:db8::1", port: 5433, password: undefined }],
    ["postgresql://neo@[fe80::1%25eth0]:5433/neo", { host: "fe80::1%eth0", port: 5433 }],
    ["postgresql://neo@%2Fvar%2Frun%2Fpostgresql/neo", { host: "/var/run/postgresql" }],
    ["postgresql://neo@localhost/neo?host=/var/run/postgresql", { host: "/var/run/postgresql" }],
    [
      "postgresql://neo@localhost?dbname=other&port=6000&password=p%26q",
      { database: "other", port: 6000, password: "p&q" },
    ],
  ])("are read: %s", (url, parts) => {
    expect(parseDatabaseUrl(url)).toMatchObject(parts);
  });

  const SECRET = "hunter2";
  it.each([
    ["#", "%23"],
    ["/", "%2F"],
    ["?", "%3F"],
    ["@", "%40"],
    ["%", "%25"],
    [" ", "%20"],
  ])("a password with a bare %s is refused with the remedy and not echoed", (sign, encoded) => {
    for (const password of [`${SECRET}${sign}${SECRET}`, `${sign}${SECRET}`, `12${sign}${SECRET}`]) {
      const message = refusal(`postgresql://neo:${password}@db.example.com:5432/neo?sslmode=require`);
      expect(message).toContain("DATABASE_URL has signs in its user or password");
      expect(message).toContain(`as ${encoded}`);
      expect(message).not.toContain(SECRET);
    }
  });

  it.each([
    ["mysql://neo:hunter2@db/neo", "must begin with postgresql://"],
    ["postgresql://neo:hunter2@a.example.com:5432,b.example.com:5432/neo", "names several hosts"],
    ["postgresql://neo:hunter2@a,b/neo", "names several hosts"],
    ["postgresql://neo:hunter2@a/neo?host=a,b", "names several hosts"],
    ["postgresql://neo:hunter2@db:port/neo", "has a port"],
    ["postgresql://neo:hunter2@db:70000/neo", "has a port"],
    ["postgresql://neo:hunter2@2001:db8::1/neo", "needs brackets"],
    ["postgresql://neo:hunter2@/neo", "names no host"],
    ["postgresql://neo:hunter2%FF@db/neo", "that is not UTF-8"],
    ["postgresql://neo:hunter2%00x@db/neo", "has a %00 in its password"],
    ["postgresql://neo:hunter2@db/neo%00x", "has a %00 in its database"],
    ["postgresql://neo:hunter2@db/neo?options=%00", "has a %00 in its parameter options"],
    ["postgresql://neo:hunter2@db/neo?sslmode", "has sslmode without a value; write sslmode=…"],
    ["postgresql://neo:hunter2@db/neo?SSLMODE=require", "has SSLMODE, which is not a known parameter; write sslmode"],
    ["postgresql://neo:hunter2@db/neo?ssl_mode=require", "write sslmode"],
    ["postgresql://neo:hunter2@db/neo?sslRootCert=/x", "write sslrootcert"],
    ["postgresql://neo:hunter2@db/neo#x", "%23"],
  ])("%s is refused with the name of the invalid part", (url, words) => {
    expect(refusal(url)).toContain(words);
    expect(refusal(url)).not.toContain(SECRET);
  });
});

it.each(['"postgresql://neo@db/neo"', "'postgresql://neo@db/neo", "mysql://db/neo", "postgresql://db/neo?sslmode=on"])(
  "the error for %s names the setting, also for commands that read only this one",
  (url) => {
    expect(() => databaseConfig(url, limits)).toThrow(/^DATABASE_URL (has|must)/);
  },
);

describe("the parameters of a connection string", () => {
  const url = (query: string) => `postgresql://neo:hunter2@db.example.com/neo?${query}`;

  it.each([
    ["application_name=neo%20app", { application_name: "neo app" }],
    ["options=-c%20role%3Dneo_app", { options: "-c role=neo_app" }],
    ["options=-c+role%3Dneo_app", { options: "-c role=neo_app" }],
    ["connect_timeout=2", { connectionTimeoutMillis: 2_000 }],
    ["connect_timeout=15", { connectionTimeoutMillis: 3_000 }],
    ["keepalives=0", { keepAlive: false }],
    ["keepalives_idle=30", { keepAlive: true, keepAliveInitialDelayMillis: 30_000 }],
    ["statement_timeout=4000", { statement_timeout: 4_000 }],
    ["channel_binding=prefer", { enableChannelBinding: true }],
    ["sslmode=disable", { ssl: false }],
    ["ssl=true", { ssl: { rejectUnauthorized: false } }],
    ["sslmode=require", { ssl: { rejectUnauthorized: false } }],
    ["sslmode=verify-full", { ssl: { rejectUnauthorized: true } }],
    ["sslrootcert=system", { ssl: { rejectUnauthorized: true } }],
    ["sslmode=require&ssl_min_protocol_version=TLSv1.3", { ssl: { minVersion: "TLSv1.3" } }],
    ["target_session_attrs=read-write&gssencmode=disable&schema=public&pgbouncer=false", {}],
  ])("%s is honoured", (query, config) => {
    expect(databaseConfig(url(query), limits)).toMatchObject(config);
    expect(refusal(url(query))).toBe("accepted");
  });

  it.each([
    ...["connection_limit=5", "pool_timeout=3", "pgbouncer=true", "socket_timeout=3", "statement_cache_size=0"],
    ...["schema=neo", "sslaccept=strict", "target_session_attrs=standby", "hostaddr=10.0.0.1", "gssencmode=require"],
    ...[
      "channel_binding=require",
      "sslmode=allow",
      "sslmode=no-verify",
      "sslmode=on",
      "sslcrldir=/x",
      "tcp_user_timeout=3",
    ],
    ...["sslmode=verify-ca", "sslmode=require&sslrootcert=system", "sslrootcert=/no/such/file", "service=x"],
    ...["sslmode=require&sslrootcert=/no/such/file", "sslcert=/no/such/file", "connect_timeout=soon", "keepalives=2"],
    ...[
      "no_such_parameter=1",
      "ssl_mode=require",
      "sslmode=require&sslmode=disable",
      "ssl=maybe",
      "sslnegotiation=direct",
    ],
  ])("%s is refused by name", (query) => {
    const name = /^(?:sslmode=require&)?(\w+)=/.exec(query)?.[1] ?? "";
    expect(refusal(url(query))).toContain(`DATABASE_URL has ${name}`);
    expect(refusal(url(query))).not.toContain("hunter2");
  });
});

describe("the files and versions of TLS", () => {
  const url = (query: string) => `postgresql://neo:hunter2@db.example.com/neo?sslmode=require&${query}`;
  let folder: string;
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "neo-tls-"));
    for (const name of ["a", "b"])
      openssl(
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
        ...["-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.crt`],
      );
    openssl("ec", "-in", "a.key", "-aes128", "-passout", "pass:hunter2", "-out", "locked.key");
    writeFileSync(file("text"), "hello\n");
    writeFileSync(file("empty"), "");
    writeFileSync(file("half"), "-----BEGIN CERTIFICATE-----\nzzzz\n-----END CERTIFICATE-----\n");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["sslrootcert=text", "sslrootcert"],
    ["sslrootcert=empty", "sslrootcert"],
    ["sslrootcert=half", "sslrootcert"],
    ["sslrootcert=a.key", "sslrootcert"],
    ["sslcert=a.crt", "sslcert without sslkey"],
    ["sslkey=a.key", "sslkey without sslcert"],
    ["sslcert=text&sslkey=a.key", "sslcert"],
    ["sslcert=a.crt&sslkey=text", "sslkey"],
    ["sslcert=a.crt&sslkey=b.key", "sslkey"],
    ["sslcert=a.crt&sslkey=locked.key", "sslkey"],
    ["sslcert=a.crt&sslkey=locked.key&sslpassword=wrong", "sslkey"],
    ["sslcert=empty&sslkey=a.key", "sslcert"],
    ["sslcert=a.crt&sslkey=empty", "sslkey"],
    ["sslcrl=text", "sslcrl"],
    ["sslcrl=empty", "sslcrl"],
    ["ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2", "ssl_min_protocol_version"],
  ])("in invalid combinations are refused by name: %s", (query, words) => {
    const message = refusal(url(query.replaceAll(/(?<=cert=|key=|crl=)/g, `${folder}/`)));
    expect(message).toContain(`DATABASE_URL has ${words}`);
    expect(message).not.toMatch(/hunter2|wrong$/);
  });

  it.each(["sslrootcert=a.crt", "sslcert=a.crt&sslkey=a.key", "sslcert=a.crt&sslkey=locked.key&sslpassword=hunter2"])(
    "in valid combinations are accepted: %s",
    (query) => {
      expect(refusal(url(query.replaceAll(/(?<=cert=|key=)/g, `${folder}/`)))).toBe("accepted");
    },
  );
});
