import { describe, expect, it } from "vitest";

import { testEnvironment } from "../local/testing/test-environment";
import { databaseConfig } from "./db-config";
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
  ])("a password with a bare %s is refused with the remedy, and not shown", (sign, encoded) => {
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
    ["postgresql://neo:hunter2@db/neo#x", "%23"],
  ])("%s is refused by the part that is wrong", (url, words) => {
    expect(refusal(url)).toContain(words);
    expect(refusal(url)).not.toContain(SECRET);
  });
});

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
