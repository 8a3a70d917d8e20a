import { describe, expect, it } from "vitest";

import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";

import { tenantIsAllowed } from "./tenants";

const TID = "aaaaaaaa-1111-4222-8333-444444444444";
const OTHER = "bbbbbbbb-1111-4222-8333-444444444444";

describe("tenantIsAllowed", () => {
  it("allows only the tenants of TENANTS", () => {
    expect(tenantIsAllowed(TID, { TENANTS: [OTHER, TID] })).toBe(true);
    expect(tenantIsAllowed(TID, { TENANTS: [OTHER] })).toBe(false);
    expect(tenantIsAllowed(TID, { TENANTS: [], AZURE_AD_TENANT_ID: undefined })).toBe(false);
  });

  it("allows only AZURE_AD_TENANT_ID if set, ignoring TENANTS", () => {
    expect(tenantIsAllowed(TID, { TENANTS: [], AZURE_AD_TENANT_ID: TID })).toBe(true);
    expect(tenantIsAllowed(TID, { TENANTS: [TID], AZURE_AD_TENANT_ID: OTHER })).toBe(false);
    expect(tenantIsAllowed(OTHER, { TENANTS: [TID], AZURE_AD_TENANT_ID: OTHER })).toBe(true);
  });

  it("allows any organisation with open sign-up, except personal accounts and unless one is configured", () => {
    const open = { TENANTS: [], TENANT_SIGN_UP: "open" } as const;
    expect(tenantIsAllowed(TID, open)).toBe(true);
    expect(tenantIsAllowed(PERSONAL_TENANT, open)).toBe(false);
    expect(tenantIsAllowed(TID, { ...open, AZURE_AD_TENANT_ID: OTHER })).toBe(false);
    expect(tenantIsAllowed(TID, { TENANTS: [OTHER], TENANT_SIGN_UP: "listed" })).toBe(false);
  });
});
