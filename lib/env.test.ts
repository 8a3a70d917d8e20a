import { describe, expect, it } from "vitest";

import { testEnvironment } from "../local/testing/test-environment";

import { readEnv } from "./env";

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
