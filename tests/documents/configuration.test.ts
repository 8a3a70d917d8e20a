import { describe, expect, it } from "vitest";

import { readEnv } from "@/lib/config/env";
import { SECRET_SETTINGS } from "@/lib/config/secret-files";

import { codeIn, readProjectFile } from "./project-files";

interface Setting {
  readonly name: string;
  /** null where it is required or not set. */
  readonly standard: string | null;
  readonly required: boolean;
  readonly example: string;
}

const document = readProjectFile("docs/configuration.md");

/** The rows of every table of settings. */
const documented: Setting[] = [...document.matchAll(/^\| `([A-Z_]+)` +\| ([^|]+) \|[^|]*\| `([^`]+)` +\|$/gm)].map(
  ([, name = "", standard = "", example = ""]) => ({
    name,
    standard: codeIn(standard)[0] ?? null,
    required: standard.trim() === "required",
    example,
  }),
);

/** A command whose output is the value. */
const isCommand = ({ example }: Setting) => example.startsWith("openssl ");

const REQUIRED = {
  ...Object.fromEntries(documented.filter(({ required }) => required).map(({ name, example }) => [name, example])),
  AZURE_AD_TENANT_ID: "99999999-8888-7777-6666-555555555555",
  NEXTAUTH_SECRET: "n3NqX0b7Vd2mTzR8yKcLwEaPsUfGhJ5o",
};
const defaults = readEnv(REQUIRED) as Readonly<Record<string, unknown>>;

/** A setting's value as it would be written; null where it is not set. */
function written(value: unknown): string | null {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

describe("docs/configuration.md", () => {
  it("has every setting once, and no other", () => {
    expect(documented.map(({ name }) => name).sort()).toEqual(Object.keys(defaults).sort());
  });

  it("says which default each setting has", () => {
    const optional = documented.filter(({ name }) => !(name in REQUIRED));
    expect(optional.length).toBeGreaterThan(20);
    for (const { name, standard } of optional) expect([name, standard]).toEqual([name, written(defaults[name])]);
  });

  it("says which settings are required", () => {
    for (const { name } of documented.filter(({ required }) => required)) {
      expect(() => readEnv({ ...REQUIRED, [name]: "" })).toThrow(name);
    }
  });

  it("shows examples that are accepted", () => {
    for (const setting of documented.filter((one) => !isCommand(one))) {
      const mail = setting.name === "SMTP_URL" ? { MAIL_FROM: "neo@example.com" } : {};
      expect(() => readEnv({ ...REQUIRED, ...mail, [setting.name]: setting.example })).not.toThrow();
    }
  });

  it("names the secrets that may be files", () => {
    const [, section = ""] = document.split("## Secrets in files");
    const [paragraph = ""] = /This works for[\s\S]*?\./.exec(section) ?? [];
    expect(codeIn(paragraph).sort()).toEqual([...SECRET_SETTINGS].sort());
  });
});

describe(".env.example", () => {
  const lines = [...readProjectFile(".env.example").matchAll(/^(# ?)?([A-Z_]+)=(.*)$/gm)].map(
    ([, comment, name = "", value = ""]) => ({ name, value, isSet: comment === undefined }),
  );

  it("has every setting once, and no other", () => {
    expect(lines.map(({ name }) => name).sort()).toEqual(Object.keys(defaults).sort());
  });

  it("leaves empty what is required, so that a copy of it still starts the demo", () => {
    const required = documented.filter((setting) => setting.required).map(({ name }) => name);
    const open = lines.filter(({ isSet }) => isSet);
    expect(open.map(({ name }) => name).sort()).toEqual([...required, "AZURE_AD_TENANT_ID"].sort());
    expect(open.every(({ value }) => value === "")).toBe(true);
  });

  it("shows the default of each other setting, or its example", () => {
    for (const { name, value, isSet } of lines) {
      if (isSet) continue;
      const setting = documented.find((one) => one.name === name);
      expect([name, value]).toEqual([
        name,
        setting?.standard ?? (setting && isCommand(setting) ? "" : setting?.example),
      ]);
    }
  });
});
