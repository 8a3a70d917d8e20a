import { describe, expect, test } from "vitest";

import { decideMode } from "./mode";

const microsoft = {
  AZURE_AD_CLIENT_ID: "5d1f4e2a-7b64-4c0e-9f5d-0c2f6a3e8b17",
  AZURE_AD_CLIENT_SECRET: "a-client-secret",
  AZURE_AD_TENANT_ID: "11111111-2222-3333-4444-555555555555",
};
const deployment = {
  ...microsoft,
  NEXTAUTH_URL: "https://keys.example.com",
  NEXTAUTH_SECRET: "0123456789012345678901234567890123456789",
  DATABASE_URL: "postgresql://neo:neo@db.example.com/neo",
};

function refusal(settings: Record<string, string>): string {
  const mode = decideMode(settings);
  return mode.kind === "refused" ? mode.message : `not refused: ${mode.kind}`;
}

describe("decideMode", () => {
  test("nothing set: the demo", () => {
    expect(decideMode({ PATH: "/bin", PORT: "3001", NEO_ENVIRONMENT: "dev" })).toEqual({ kind: "demo" });
    expect(decideMode({ DATABASE_URL: "", AZURE_AD_CLIENT_ID: " " })).toEqual({ kind: "demo" });
  });

  test("everything set: the real thing", () => {
    expect(decideMode(deployment)).toEqual({ kind: "real" });
    const { AZURE_AD_TENANT_ID: tenant, ...several } = deployment;
    expect(decideMode({ ...several, TENANTS: `${tenant}, 99999999-2222-3333-4444-555555555555` })).toEqual({
      kind: "real",
    });
  });

  test("a real Microsoft app without a database: the embedded one", () => {
    expect(decideMode(microsoft)).toEqual({ kind: "embedded" });
    expect(decideMode({ ...microsoft, DATABASE_URL: "", NEXTAUTH_URL: "http://localhost:4000" })).toEqual({
      kind: "embedded",
    });
  });

  test("open sign-up needs no tenant, and is no setting of a demo", () => {
    expect(decideMode({ ...deployment, AZURE_AD_TENANT_ID: "", TENANT_SIGN_UP: "open" })).toEqual({ kind: "real" });
    expect(refusal({ ...deployment, TENANT_SIGN_UP: "everyone" })).toContain("TENANT_SIGN_UP must be open or listed");
    expect(refusal({ TENANT_SIGN_UP: "open" })).toContain("TENANT_SIGN_UP is set");
  });

  test("the limits of a session are whole numbers in a range", () => {
    expect(refusal({ ...deployment, SESSION_IDLE_HOURS: "0" })).toContain("SESSION_IDLE_HOURS must be a whole number");
    expect(refusal({ ...deployment, SESSION_MAX_DAYS: "91" })).toContain("SESSION_MAX_DAYS must be a whole number");
    expect(decideMode({ ...deployment, SESSION_IDLE_HOURS: "1", SESSION_MAX_DAYS: "30" })).toEqual({ kind: "real" });
  });

  test.each([deployment, microsoft])(
    "without a tenant nobody could sign in: refused, both settings named",
    (settings) => {
      for (const nobody of [
        { ...settings, AZURE_AD_TENANT_ID: "" },
        { ...settings, AZURE_AD_TENANT_ID: "", TENANTS: " , " },
        { ...settings, AZURE_AD_TENANT_ID: "", NEO_ENVIRONMENT: "Production!" },
      ])
        expect(refusal(nobody)).toContain("AZURE_AD_TENANT_ID or TENANTS is missing");
      expect(refusal({ ...settings, AZURE_AD_TENANT_ID: "contoso" })).toContain("AZURE_AD_TENANT_ID must be a GUID");
    },
  );

  test.each(["AZURE_AD_CLIENT_ID", "AZURE_AD_CLIENT_SECRET"])(
    "half a Microsoft configuration, without %s: refused by its name",
    (missing) => {
      const { [missing]: _, ...rest } = deployment as Record<string, string>;
      expect(refusal(rest)).toContain(`${missing} is missing`);
      expect(refusal({ [missing]: (deployment as Record<string, string>)[missing] ?? "" })).toContain("is missing");
    },
  );

  test("a database without Microsoft is refused, and all missing variables are named together", () => {
    const message = refusal({ DATABASE_URL: deployment.DATABASE_URL });
    expect(message).toContain("DATABASE_URL is set");
    for (const name of ["AZURE_AD_CLIENT_ID", "AZURE_AD_CLIENT_SECRET", "TENANTS", "NEXTAUTH_URL", "NEXTAUTH_SECRET"])
      expect(message).toContain(`${name} is missing`);
  });

  test.each(["NEXTAUTH_URL", "NEXTAUTH_SECRET", "TENANTS", "AZURE_AD_TENANT_ID"])(
    "%s alone never opens the demo",
    (name) => {
      expect(refusal({ [name]: "11111111-2222-3333-4444-555555555555" })).toContain("AZURE_AD_CLIENT_ID is missing");
    },
  );

  test("wrong values are refused in every mode, all of them together", () => {
    expect(refusal({ NEO_ENVIRONMENT: "Production!" })).toContain("NEO_ENVIRONMENT");
    expect(refusal({ ...microsoft, LOG_LEVEL: "loud" })).toContain("LOG_LEVEL");
    const message = refusal({ ...deployment, DATABASE_URL: "mysql://x", NEXTAUTH_SECRET: "short" });
    expect(message).toContain("DATABASE_URL must begin with postgresql://");
    expect(message).toContain("NEXTAUTH_SECRET must have 32 characters");
  });
});
