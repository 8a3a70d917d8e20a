import { Writable } from "node:stream";

import { describe, expect, it } from "vitest";

import { testEnvironment } from "../../tests/support/test-environment";

import { effectiveSettings, publicSettings } from "./effective-settings";
import { readEnv } from "./env";
import { createLogger } from "../logging/log";
import { SECRET_SETTINGS } from "./secret-files";

const SECRET = "s3cr3t-of-the-test-32-characters-long";
const env = readEnv({
  ...testEnvironment(`postgres://neo:${SECRET}@db.internal/neo`),
  NEXTAUTH_SECRET: SECRET,
  AZURE_AD_CLIENT_SECRET: SECRET,
  METRICS_TOKEN: SECRET,
  SMTP_URL: `smtps://neo:${SECRET}@mail.internal`,
  MAIL_FROM: "neo@internal.example",
  OTEL_EXPORTER_OTLP_ENDPOINT: `https://neo:${SECRET}@collector.internal:4318`,
  OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${SECRET}`,
  RATE_LIMIT_PER_MINUTE: "77",
});

describe("the settings in effect", () => {
  it("include every setting, by value or as set or not set, without secrets", () => {
    const { settings, set, notSet } = effectiveSettings(env);
    expect(JSON.stringify([settings, set, notSet])).not.toContain(SECRET);
    expect(new Set([...Object.keys(settings), ...set, ...notSet])).toEqual(
      new Set([...Object.keys(env), ...SECRET_SETTINGS]),
    );
    expect(set).toEqual([...SECRET_SETTINGS]);
    expect(settings).toMatchObject({
      RATE_LIMIT_PER_MINUTE: 77,
      SESSION_IDLE_HOURS: 8,
      OTEL_EXPORTER_OTLP_ENDPOINT: "https://***@collector.internal:4318",
    });
  });

  it("distinguish an unset secret from a set one", () => {
    const { set, notSet } = effectiveSettings({ ...env, SMTP_URL: undefined });
    expect(notSet).toEqual(["SMTP_URL"]);
    expect(set).not.toContain("SMTP_URL");
  });

  it("are readable in the log: none is redacted as a credential", () => {
    const lines: string[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    createLogger({ ...env, LOG_LEVEL: "info" }, sink).info(effectiveSettings(env), "starting");
    expect(lines.join("")).not.toContain("[redacted]");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ settings: { RATE_LIMIT_PER_MINUTE: 77 }, notSet: [] });
  });

  it("publicly show only limits and switches", () => {
    const shown = publicSettings(env);
    expect(shown).toMatchObject({ RATE_LIMIT_PER_MINUTE: 77, TENANT_SIGN_UP: env.TENANT_SIGN_UP });
    for (const value of Object.values(shown)) expect(String(value)).toMatch(/^(\d+|[a-z]+)$/);
    expect(JSON.stringify(shown)).not.toMatch(/internal|@|:\/\//);
  });
});
