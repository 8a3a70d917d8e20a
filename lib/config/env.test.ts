import { describe, expect, it } from "vitest";

import { testEnvironment } from "../../tests/support/test-environment";

import { nearMisses, readEnv } from "./env";

describe("mail settings", () => {
  const read = (mail: Record<string, string>) => readEnv({ ...testEnvironment("postgres://x"), ...mail });

  it("may be left out, or given together", () => {
    expect(read({}).SMTP_URL).toBeUndefined();
    const mail = { SMTP_URL: "smtps://user:p%40ss@mail.example.com:465", MAIL_FROM: "neo@example.com" };
    expect(read(mail)).toMatchObject(mail);
  });

  it("are refused incomplete or invalid, each by name", () => {
    expect(() => read({ SMTP_URL: "smtp://mail.example.com" })).toThrow("MAIL_FROM is missing");
    expect(() => read({ SMTP_URL: "https://mail.example.com", MAIL_FROM: "neo@example.com" })).toThrow("SMTP_URL must");
    expect(() => read({ SMTP_URL: "smtp://mail.example.com", MAIL_FROM: "neo" })).toThrow("MAIL_FROM must");
  });
});

describe("operational settings", () => {
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

  it("are refused when invalid, each by name", () => {
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

describe("plausibility checks", () => {
  const valid = testEnvironment("postgres://x");
  const read = (settings: Record<string, string>) => readEnv({ ...valid, ...settings });
  const filled = Object.entries(valid).filter(([, value]) => value);

  it.each(filled)("whitespace around %s is dropped, and quotes are refused by name", (name, value) => {
    expect(read({ [name]: ` ${value}\r\n` })).toEqual(read({}));
    for (const quoted of [`"${value}"`, `'${value}'`, `“${value}”`])
      expect(() => read({ [name]: quoted })).toThrow(`${name} has quotes around its value: remove them`);
  });

  it("a client secret that is a GUID is the secret's ID", () => {
    const guid = "5d1f4e2a-7b64-4c0e-9f5d-0c2f6a3e8b17";
    for (const id of [guid.toUpperCase(), `${guid}\n`, `{${guid}}`, `urn:uuid:${guid}`, guid.replaceAll("-", "")])
      expect(() => read({ AZURE_AD_CLIENT_SECRET: id })).toThrow(
        "AZURE_AD_CLIENT_SECRET is the secret's ID, not its value",
      );
  });

  it.each(["/app", "/api/auth", "?a=b", "#a", "?", "#", "//", "/.", "/%2e", "/x/..", "\\", "/\\"])(
    "NEXTAUTH_URL with %s is refused",
    (rest) => {
      expect(() => read({ NEXTAUTH_URL: `https://keys.example.com${rest}` })).toThrow(
        "NEXTAUTH_URL must be an address without",
      );
    },
  );
  it.each(["keys.example.com", "https://", "ftp://keys.example.com", "https://user:pw@keys.example.com"])(
    "NEXTAUTH_URL %s is refused",
    (url) => {
      expect(() => read({ NEXTAUTH_URL: url })).toThrow("NEXTAUTH_URL must be an");
    },
  );
  it.each([
    "https://*.example.com",
    "https://a.example.com,b.example.com",
    "https://keys.example.com.",
    "https://keys..example.com",
    "https://$HOST",
    "https://0.0.0.0",
    "https://[::]:3000",
    "https://keys.example.com:0",
  ])("NEXTAUTH_URL %s is refused: browsers can't open it", (url) => {
    expect(() => read({ NEXTAUTH_URL: url })).toThrow("NEXTAUTH_URL must have a host and port that browsers can open");
  });
  it.each([
    ["https://keys.example.com:8443/", "https://keys.example.com:8443"],
    ["HTTPS://Keys.Example.COM", "https://keys.example.com"],
    ["https://keys.example.com:443", "https://keys.example.com"],
    ["http://localhost:80/", "http://localhost"],
    ["https://schlüssel.example", "https://xn--schlssel-95a.example"],
    ["https://10.0.0.5", "https://10.0.0.5"],
    ["https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"],
  ])("NEXTAUTH_URL %s is normalised to %s", (url, origin) => {
    expect(read({ NEXTAUTH_URL: url }).NEXTAUTH_URL).toBe(origin);
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
  ])("the README's example of %s is refused", (name, value) => {
    expect(() => read({ [name]: value })).toThrow(`${name} is the example of the README`);
  });

  it.each([
    "undefined",
    "null",
    "changeme",
    "CHANGE_ME",
    "todo",
    "<client-secret>",
    "your-client-secret",
    "*****",
    "xxxx",
  ])("%s is refused as a placeholder for every setting", (value) => {
    for (const [name] of filled)
      expect(() => read({ [name]: value })).toThrow(`${name} has a placeholder, or a variable that nothing replaced`);
  });
  it.each(["$SECRET", "${SECRET}", "${SECRET:-x}", "$(SECRET)", "%SECRET%", "{{ secret }}", "${{ secrets.SECRET }}"])(
    "%s is refused as an unexpanded variable",
    (value) => {
      expect(() => read({ AZURE_AD_CLIENT_SECRET: value })).toThrow("AZURE_AD_CLIENT_SECRET has a placeholder");
    },
  );

  it.each(["a".repeat(40), "changeme-changeme-changeme-changeme", "01".repeat(20)])(
    "NEXTAUTH_SECRET %s is refused as not random",
    (value) => {
      expect(() => read({ NEXTAUTH_SECRET: value })).toThrow("NEXTAUTH_SECRET is not random");
    },
  );

  it.each([
    "http://keys.example.com",
    "http://10.0.0.5:3000",
    "http://localhost.example.com",
    "HTTP://KEYS.EXAMPLE.COM",
  ])("NEXTAUTH_URL %s is refused: http is only for this machine", (url) => {
    expect(() => read({ NEXTAUTH_URL: url })).toThrow("NEXTAUTH_URL must begin with https://");
  });
  it.each([
    "http://localhost:3000",
    "http://127.0.0.1",
    "http://127.1.2.3:81",
    "http://[::1]:3000",
    "http://neo.localhost",
  ])("NEXTAUTH_URL %s is accepted: it is this machine", (url) => {
    expect(read({ NEXTAUTH_URL: url }).NEXTAUTH_URL).toBe(url);
  });

  it("repeated, personal and mistaken tenant ids are refused", () => {
    const one = "1c8a6f0e-52d4-4f37-9b1d-7e3a90c5d268";
    const personal = "9188040D-6C67-4C5B-B112-36A304B66DAD";
    expect(read({ TENANTS: ` ${one.toUpperCase()}, ` }).TENANTS).toEqual([one]);
    expect(() => read({ TENANTS: `${one},${one.toUpperCase()}` })).toThrow(`TENANTS has ${one} twice`);
    expect(() => read({ TENANTS: personal })).toThrow("TENANTS has 9188040d");
    expect(() => read({ AZURE_AD_TENANT_ID: personal })).toThrow("AZURE_AD_TENANT_ID has 9188040d");
    expect(() => read({ AZURE_AD_TENANT_ID: valid.AZURE_AD_CLIENT_ID.toUpperCase() })).toThrow(
      "AZURE_AD_TENANT_ID is the same as AZURE_AD_CLIENT_ID",
    );
  });

  const numbers = Object.keys(valid).filter((name) => /LIMIT|PER_MINUTE|HOPS|HOURS|DAYS|SECONDS|TIMEOUT/.test(name));
  it.each(numbers)("%s must be a decimal whole number", (name) => {
    for (const number of ["1e3", "0x10", "08", "1_000", "1,000", "+5", "-1", "5.0", "٥", "true", "5 5", "NaN"])
      expect(() => read({ [name]: number }), number).toThrow(`${name} must be a whole number from`);
    expect(read({ [name]: " 5 " })).toMatchObject({ [name]: 5 });
  });

  it.each(["TENANT_SIGN_UP", "OTEL_PROPAGATORS", "LOG_REQUESTS", "LOG_LEVEL"])(
    "the error for %s lists its choices",
    (name) => {
      for (const word of ["TRUE", "yes", "1", "All", "on"])
        expect(() => read({ [name]: word })).toThrow(/ must be [a-z, ]+ or [a-z]+$/m);
    },
  );

  it.each(filled)(
    "an unbalanced quote or an invisible character in %s is refused without echoing the value",
    (name, value) => {
      const messageOf = (given: string) => {
        try {
          read({ [name]: given });
        } catch (error) {
          return (error as Error).message;
        }
        return "accepted";
      };
      for (const given of [`"${value}`, `${value}"`, `'${value}`, `${value}”`]) {
        expect(messageOf(given)).toContain(`${name} has a quote on one side of its value`);
        expect(messageOf(given)).not.toContain(value);
      }
      for (const [hidden, shown] of [
        ["\u200b", "U+200B"],
        ["\n", "U+000A"],
        ["\u0000", "U+0000"],
        ["\u202e", "U+202E"],
      ] as const)
        expect(messageOf(`${value}${hidden}${value}`)).toContain(
          `${name} has a character in it that can't be seen (${shown})`,
        );
    },
  );

  it.each([
    ["smtp://", /SMTP_URL must be smtps/],
    ["mail.example.com:25", /SMTP_URL must be smtps/],
    ["smtps://mail.example.com:99999", /SMTP_URL must be .*port/],
    ["smtps://mail.example.com:0", /SMTP_URL must be/],
    ["smtps://user:hunter2#x@mail.example.com", /SMTP_URL has a sign .*# as %23/],
    ["smtps://user:hunter2/x@mail.example.com", /SMTP_URL has a sign/],
    ["smtps://user@example.com:hunter2@mail.example.com", /SMTP_URL has a sign .*@ as %40/],
    ["smtps://user:hunter2%zz@mail.example.com", /SMTP_URL has a sign .*% as %25/],
    ["smtps://user:hunter2%ff@mail.example.com", /SMTP_URL has a percent-encoding/],
    ["smtps://hunter2@mail.example.com", /SMTP_URL has a user or a password, but not both/],
    ["smtps://mail.example.com/hunter2", /SMTP_URL must have nothing after its host/],
    ["smtps://mail.example.com:587", /SMTP_URL has port 587.*smtp:\/\//],
    ["smtp://mail.example.com:465", /SMTP_URL has port 465.*smtps:\/\//],
  ])("SMTP_URL %s is refused without echoing its password", (url, message) => {
    const attempt = () => read({ SMTP_URL: url, MAIL_FROM: "neo@example.com" });
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow("hunter2");
  });
  it.each([
    "smtp://mail:587",
    "smtp://127.0.0.1:2525",
    "smtps://u%40x:p%23@mail.example.com",
    "smtp://[::1]:25",
    "smtps://mail.example.com:465/?pool=true",
  ])("SMTP_URL %s is accepted", (url) => {
    expect(read({ SMTP_URL: url, MAIL_FROM: "neo@example.com" }).SMTP_URL).toBe(url);
  });

  it.each([
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "must be an http or https address"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://collector:4317", "must be an http or https address"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:70000", "must be an http or https address"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/v1/traces", "without v1/traces"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318?token=hunter2", "without a query"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317", "has port 4317"],
    ["OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "must be http/json"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "hunter2", "must be name=value"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "authorization: Bearer hunter2", "must be name=value"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer hunter2,=x", "must be name=value"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2%zz", "has a %"],
  ])("%s=%s is refused without echoing its secret", (name, value, message) => {
    expect(() => read({ [name]: value })).toThrow(`${name} `);
    expect(() => read({ [name]: value })).toThrow(message);
    expect(() => read({ [name]: value })).not.toThrow("hunter2");
  });
  it.each(["authorization=Bearer%20abc", "a=b, c=d==,", "x-token=a b"])(
    "OTEL_EXPORTER_OTLP_HEADERS %s is accepted",
    (list) => {
      expect(read({ OTEL_EXPORTER_OTLP_HEADERS: list }).OTEL_EXPORTER_OTLP_HEADERS).toBe(list);
    },
  );

  it("one error names every invalid setting", () => {
    const wrong = {
      NEXTAUTH_URL: "x",
      KEEP_ALIVE_TIMEOUT: "abc",
      DATABASE_URL: "postgresql://a:b#c@d/e",
      LOG_LEVEL: "'info'",
    };
    for (const name of Object.keys(wrong)) expect(() => read(wrong)).toThrow(`- ${name} `);
  });

  it("variables with names similar to a setting are reported", () => {
    expect(
      nearMisses({ ...valid, PATH: "/bin", NEXT_AUTH_URL: "x", AZURE_AD_CLIENTID: "x", database_url: "x" }),
    ).toEqual([
      "NEXT_AUTH_URL is no setting of this application and is ignored; NEXTAUTH_URL is.",
      "AZURE_AD_CLIENTID is no setting of this application and is ignored; AZURE_AD_CLIENT_ID is.",
      "database_url is no setting of this application and is ignored; DATABASE_URL is.",
    ]);
  });
});
