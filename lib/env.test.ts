import { describe, expect, it } from "vitest";

import { testEnvironment } from "../local/testing/test-environment";

import { nearMisses, readEnv } from "./env";

describe("mail settings", () => {
  const read = (mail: Record<string, string>) => readEnv({ ...testEnvironment("postgres://x"), ...mail });

  it("may be left out, or given together", () => {
    expect(read({}).SMTP_URL).toBeUndefined();
    const mail = { SMTP_URL: "smtps://user:p%40ss@mail.example.com:465", MAIL_FROM: "neo@example.com" };
    expect(read(mail)).toMatchObject(mail);
  });

  it("are refused half or wrong, each by its name", () => {
    expect(() => read({ SMTP_URL: "smtp://mail.example.com" })).toThrow("MAIL_FROM is missing");
    expect(() => read({ SMTP_URL: "https://mail.example.com", MAIL_FROM: "neo@example.com" })).toThrow("SMTP_URL must");
    expect(() => read({ SMTP_URL: "smtp://mail.example.com", MAIL_FROM: "neo" })).toThrow("MAIL_FROM must");
  });
});

describe("the settings of operation", () => {
  const read = (settings: Record<string, string>) => readEnv({ ...testEnvironment("postgres://x"), ...settings });

  it("may be left out, or given", () => {
    expect(read({}).METRICS_TOKEN).toBeUndefined();
    expect(read({}).OTEL_EXPORTER_OTLP_ENDPOINT).toBeUndefined();
    const given = {
      METRICS_TOKEN: "0123456789abcdef0123456789abcdef",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      OTEL_TRACES_SAMPLER_ARG: "0.05",
    };
    expect(read(given)).toMatchObject({ ...given, OTEL_TRACES_SAMPLER_ARG: 0.05 });
    expect(read({}).OTEL_TRACES_SAMPLER_ARG).toBe(1);
  });

  it("are refused wrong, each by its name", () => {
    expect(() => read({ METRICS_TOKEN: "short" })).toThrow("METRICS_TOKEN must be 32 or more");
    expect(() => read({ METRICS_TOKEN: "with a blank in it, but long enough" })).toThrow("METRICS_TOKEN must be");
    expect(() => read({ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" })).toThrow("OTEL_EXPORTER_OTLP_ENDPOINT must");
    for (const attributes of ["service", "a=b,c", "a=b=c", "=b", "a=%zz", `a=${"x".repeat(256)}`])
      expect(() => read({ OTEL_RESOURCE_ATTRIBUTES: attributes }), attributes).toThrow("OTEL_RESOURCE_ATTRIBUTES");
    for (const attributes of ["a=b", "service.namespace=keys, team=x%2Cy", "a=", "a=b,"])
      expect(read({ OTEL_RESOURCE_ATTRIBUTES: attributes }).OTEL_RESOURCE_ATTRIBUTES).toBe(attributes);
    expect(() => read({ OTEL_PROPAGATORS: "b3" })).toThrow("OTEL_PROPAGATORS must be none or tracecontext");
    expect(() => read({ DATABASE_WAIT_SECONDS: "forever" })).toThrow("DATABASE_WAIT_SECONDS must be a whole number");
    for (const ratio of ["1.5", "-1", "half"])
      expect(() => read({ OTEL_TRACES_SAMPLER_ARG: ratio })).toThrow("OTEL_TRACES_SAMPLER_ARG must");
  });
});

describe("settings by their sense", () => {
  const valid = testEnvironment("postgres://x");
  const read = (settings: Record<string, string>) => readEnv({ ...valid, ...settings });
  const filled = Object.entries(valid).filter(([, value]) => value);

  it.each(filled)("whitespace around %s is dropped, and quotes are refused by name", (name, value) => {
    expect(read({ [name]: ` ${value}\r\n` })).toEqual(read({}));
    for (const quoted of [`"${value}"`, `'${value}'`, `“${value}”`])
      expect(() => read({ [name]: quoted })).toThrow(`${name} has quotes around its value: remove them`);
  });

  it("a client secret that is a GUID is the secret's ID", () => {
    for (const id of ["5D1F4E2A-7b64-4c0e-9f5d-0c2f6a3e8b17", "5d1f4e2a-7b64-4c0e-9f5d-0c2f6a3e8b17\n"])
      expect(() => read({ AZURE_AD_CLIENT_SECRET: id })).toThrow(
        "AZURE_AD_CLIENT_SECRET is the secret's ID, not its value",
      );
  });

  it.each(["/app", "/api/auth", "?a=b", "#a", "?", "#"])("NEXTAUTH_URL with %s is refused", (rest) => {
    expect(() => read({ NEXTAUTH_URL: `https://keys.example.com${rest}` })).toThrow(
      "NEXTAUTH_URL must be an address without",
    );
  });
  it.each(["keys.example.com", "https://", "ftp://keys.example.com", "https://user:pw@keys.example.com"])(
    "NEXTAUTH_URL %s is refused",
    (url) => {
      expect(() => read({ NEXTAUTH_URL: url })).toThrow("NEXTAUTH_URL must be an");
    },
  );
  it("NEXTAUTH_URL may have a port and a slash at its end", () => {
    expect(read({ NEXTAUTH_URL: "https://keys.example.com:8443/" }).NEXTAUTH_URL).toBe(
      "https://keys.example.com:8443/",
    );
  });

  it.each(["abc", "-1", "65s", "1.5", "99999999"])("KEEP_ALIVE_TIMEOUT=%s is refused", (value) => {
    expect(() => read({ KEEP_ALIVE_TIMEOUT: value })).toThrow("KEEP_ALIVE_TIMEOUT must be a whole number");
  });

  it.each([
    ["NEXTAUTH_SECRET", "what openssl rand -base64 32 prints"],
    ["AZURE_AD_CLIENT_SECRET", "the client secret's value"],
    ["AZURE_AD_TENANT_ID", "the directory (tenant) ID"],
    ["NEXTAUTH_URL", "https://YOUR-ADDRESS"],
    ["DATABASE_URL", "postgresql://neo:PASSWORD@db.example.com:5432/neo?sslmode=require"],
  ])("%s as the README shows it is refused as an example", (name, value) => {
    expect(() => read({ [name]: value })).toThrow(`${name} is the example of the README`);
  });

  it("names everything that is wrong together", () => {
    const wrong = {
      NEXTAUTH_URL: "x",
      KEEP_ALIVE_TIMEOUT: "abc",
      DATABASE_URL: "postgresql://a:b#c@d/e",
      LOG_LEVEL: "'info'",
    };
    for (const name of Object.keys(wrong)) expect(() => read(wrong)).toThrow(`- ${name} `);
  });

  it("points out names that are nearly those of settings", () => {
    expect(
      nearMisses({ ...valid, PATH: "/bin", NEXT_AUTH_URL: "x", AZURE_AD_CLIENTID: "x", database_url: "x" }),
    ).toEqual([
      "NEXT_AUTH_URL is no setting of this application and is ignored; NEXTAUTH_URL is.",
      "AZURE_AD_CLIENTID is no setting of this application and is ignored; AZURE_AD_CLIENT_ID is.",
      "database_url is no setting of this application and is ignored; DATABASE_URL is.",
    ]);
  });
});
