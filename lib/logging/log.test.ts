import { randomBytes } from "node:crypto";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { testEnvironment } from "@/tests/support/test-environment";

import { readEnv } from "../config/env";
import { AppError, databaseUnavailable } from "../errors/app-error";
import { createLogger } from "./log";
import { runWithRequestId, REQUEST_ID_FIELD } from "../http/request-id";

const PASSWORD = "p4ss/wörd of the database";
const SETTINGS = readEnv({
  ...testEnvironment(`postgresql://neo:${encodeURIComponent(PASSWORD)}@db.example.com:5432/neo`),
  SMTP_URL: "smtps://mailer:mail%20password@mail.example.com",
  MAIL_FROM: "neo@example.com",
  METRICS_TOKEN: "metrics-token-of-32-characters-or-more",
  HTTPS_PROXY: "http://neo:proxy%40password@proxy.example.com:3128",
  HTTP_PROXY: "neo:other-password@proxy.example.com:3128",
  OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20collector-token,x-team=collector-team",
  LOG_LEVEL: "info",
});

/** The lines a logger writes during `work`, raw and parsed. */
function written(work: (log: ReturnType<typeof createLogger>) => void) {
  const lines: string[] = [];
  work(createLogger(SETTINGS, { write: (line: string) => void lines.push(line) }));
  return { text: lines.join(""), lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const KEY = `neo_sk_prod_${randomBytes(12).toString("hex")}`;
const TOKEN = `eyJhbGciOiJSUzI1NiJ9.${randomBytes(60).toString("base64url")}.${randomBytes(60).toString("base64url")}`;
const SEALED = `eyJhbGciOiJkaXIifQ..${randomBytes(12).toString("base64url")}.${randomBytes(90).toString("base64url")}.${randomBytes(12).toString("base64url")}`;
const OPAQUE = randomBytes(24).toString("base64url");
const LINK = randomBytes(32).toString("base64url");

describe("an outage", () => {
  it("logs one stack per second from any logger; other errors keep theirs", () => {
    const away = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", digest: "1" });
    const { lines } = written((log) => {
      log.error({ err: away(), route: "/a" }, "first");
      log.error({ err: databaseUnavailable(away()), route: "/b" }, "second");
      log.warn({ err: away() }, "third");
      log.error({ err: new Error("ours") }, "fourth");
    });
    const stacks = lines.map(({ err }) => (err as { stack?: string }).stack !== undefined);
    expect(stacks).toEqual([true, false, false, true]);
    expect(lines[1]).toMatchObject({ route: "/b", msg: "second", err: { type: "AppError" } });
    expect(lines[2]?.err).toEqual({ type: "Error", message: "connect ECONNREFUSED", digest: "1" });
  });
});

/** Each secret, and texts that would reveal it. */
const SECRETS: readonly (readonly [what: string, secret: string, texts: readonly string[]])[] = [
  ["a key", KEY.slice(-24), [KEY, `no such key: ${KEY}.`, `Authorization: Bearer ${KEY}`, `{"key":"${KEY}"}`]],
  ["an access token", TOKEN.slice(-20), [TOKEN, `Bearer ${TOKEN}`, `assertion=${TOKEN}&x=1`]],
  ["a session's cookie", SEALED.slice(-16), [SEALED, `Cookie: a=b; next-auth.session-token=${SEALED}; c=d`]],
  ["an opaque bearer token", OPAQUE, [`authorization: bearer ${OPAQUE}`, `"Authorization":"Basic ${OPAQUE}"`]],
  ["a cookie of any kind", OPAQUE, [`__Secure-next-auth.session-token.0=${OPAQUE}; Path=/`]],
  ["an invitation's link", LINK, [`/invitation/${LINK}`, `https://keys.example.com/invitation/${LINK}?problem=x`]],
  ["an OAuth code", OPAQUE, [`/api/auth/callback/azure-ad?code=${OPAQUE}&state=${OPAQUE}`, `client_secret=${OPAQUE}`]],
  ["a connection string", "hunter2", ["postgresql://neo:hunter2@db/neo", "postgres://neo:a/b@hunter2@db:5432/neo"]],
  [
    "a connection string by words",
    "hunter2",
    ["host=db password=hunter2 dbname=neo", "password = 'hunter2 x' host=db"],
  ],
  ["the database's password", PASSWORD, [`login failed with ${PASSWORD}`, JSON.stringify({ why: PASSWORD })]],
  ["the same encoded", encodeURIComponent(PASSWORD), [`got ${encodeURIComponent(PASSWORD)}`]],
  ["the mail server's password", "mail password", ["AUTH failed: mail password"]],
  ["the proxy's password", "proxy@password", ["407: proxy@password", "bad login proxy@password"]],
  ["the same encoded", "proxy%40password", ["407: proxy%40password"]],
  ["the other proxy's password", "other-password", ["407: other-password"]],
  ["the collector's token", "collector-token", ["got Bearer collector-token", "got collector-token"]],
  ["another of its header fields", "collector-team", ["got collector-team"]],
  ["the client secret", SETTINGS.AZURE_AD_CLIENT_SECRET, [`AADSTS7000215: ${SETTINGS.AZURE_AD_CLIENT_SECRET}`]],
  ["the sessions' secret", SETTINGS.NEXTAUTH_SECRET, [`decrypting with ${SETTINGS.NEXTAUTH_SECRET} failed`]],
  ["the metrics' token", SETTINGS.METRICS_TOKEN ?? "", [`got ${SETTINGS.METRICS_TOKEN ?? ""}`]],
];

/** The ways in which text gets into a line. */
const WAYS: Readonly<Record<string, (log: ReturnType<typeof createLogger>, text: string) => void>> = {
  "as the message": (log, text) => log.info(text),
  "as a field": (log, text) => log.info({ reason: text }, "refused"),
  "deep in a field": (log, text) => log.info({ a: { b: [{ c: { d: { e: text } } }] } }, "refused"),
  "as an error's message": (log, text) => log.error({ err: new Error(text) }, "failed"),
  "as its cause": (log, text) => log.error({ err: new Error("outer", { cause: new Error(text) }) }, "failed"),
  "as its cause's cause": (log, text) => {
    const cause = databaseUnavailable(new Error("middle", { cause: new TypeError(text) }));
    log.error({ err: new AppError("INTERNAL", "outer", { cause }) }, "failed");
  },
  "in a cause that is no error": (log, text) =>
    log.error({ err: new Error("outer", { cause: { request: { url: text } } }) }, "failed"),
  "among several errors": (log, text) =>
    log.error({ err: new AggregateError([new Error("one"), new Error(text)], "all failed") }, "failed"),
  "as a library's own field of its error": (log, text) =>
    log.error({ err: Object.assign(new Error("failed"), { config: { data: text }, detail: text }) }, "failed"),
  "as an error without a field": (log, text) => log.error(new Error(text)),
  "by a child": (log, text) => log.child({ of: text }).warn("as it is"),
  "as JSON in a field": (log, text) => log.warn({ body: JSON.stringify({ error: { text } }) }, "answered"),
};

describe("a log line", () => {
  for (const [what, secret, texts] of SECRETS) {
    it(`never contains ${what}`, () => {
      for (const text of texts) {
        for (const [way, log] of Object.entries(WAYS)) {
          const { text: line, lines } = written((logger) => log(logger, text));
          expect(line, `${way}: ${text}`).not.toContain(secret);
          expect(line, `${way}: ${text}`).not.toContain(JSON.stringify(secret).slice(1, -1));
          expect(lines, way).toHaveLength(1);
        }
      }
    });
  }

  it("redacts fields named like a credential at any depth, also in the headers of a library's error", () => {
    const headers = {
      authorization: `Bearer ${OPAQUE}`,
      "Proxy-Authorization": OPAQUE,
      cookie: `a=${OPAQUE}`,
      "set-cookie": [`a=${OPAQUE}; HttpOnly`, `b=${OPAQUE}`],
      "X-API-Key": OPAQUE,
    };
    const body = { key: OPAQUE, secret: OPAQUE, token: OPAQUE, password: `"${OPAQUE}\\`, access_token: OPAQUE };
    const more = { refreshToken: OPAQUE, client_secret: OPAQUE, clientSecret: OPAQUE, code_verifier: OPAQUE };
    const { text, lines } = written((log) => {
      log.info({ headers, ...body });
      log.warn({ request: { headers, body: { ...body, ...more } } });
      const failure = Object.assign(new Error("refused"), {
        config: { headers, data: JSON.stringify({ ...body, ...more }) },
      });
      log.error({ err: new Error("outer", { cause: failure }), failure });
    });
    expect(text).not.toContain(OPAQUE);
    expect(lines[0]).toMatchObject({ token: "[redacted]", headers: { "set-cookie": "[redacted]" } });
  });

  it("is valid JSON with any content", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(...SECRETS.flatMap(([, , texts]) => texts)),
    );
    fc.assert(
      fc.property(
        fc.array(anything),
        fc.dictionary(fc.constantFrom("key", "x", "cookie", "token"), anything),
        (texts, fields) => {
          const { lines } = written((log) => {
            log.error({ err: new Error(texts.join(" ")), fields, texts });
          });
          expect(lines[0]?.level).toBe(50);
        },
      ),
    );
  });

  it("keeps text without secrets", () => {
    const { lines } = written((log) => {
      log.warn(
        { code: "P1001", path: "/public-api/api-keys/{key_id}", keys: 3, keyId: "0192", status: 503 },
        "the key's token",
      );
      log.error({ err: new Error("connect ECONNREFUSED 127.0.0.1:5432 (https://example.com:8080/a@b)") });
    });
    expect(lines[0]).toMatchObject({ code: "P1001", keys: 3, keyId: "0192", msg: "the key's token" });
    expect(lines[1]?.err).toMatchObject({ message: expect.stringContaining("ECONNREFUSED 127.0.0.1:5432") as string });
  });

  it("has the service, the time and the request id", async () => {
    const lines: string[] = [];
    const log = createLogger(SETTINGS, { write: (line: string) => void lines.push(line) });
    const id = "5d1f4e2a-7b64-4c0e-9f5d-0c2f6a3e8b17";
    await runWithRequestId(new Headers({ [REQUEST_ID_FIELD]: id }), async () => {
      await new Promise((resolve) => setImmediate(resolve));
      log.info("inside");
      log.info({ requestId: "its own" }, "inside too");
    });
    log.info("outside");
    const [inside, own, outside] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(inside).toMatchObject({ service: "neo", requestId: id, msg: "inside" });
    expect(new Date(String(inside?.time)).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(own?.requestId).toBe("its own");
    expect(outside).not.toHaveProperty("requestId");
  });
});
