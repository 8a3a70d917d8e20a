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
