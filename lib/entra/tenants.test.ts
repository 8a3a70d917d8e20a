import { describe, expect, it } from "vitest";

import { tenantIsAllowed } from "./tenants";

const TID = "aaaaaaaa-1111-4222-8333-444444444444";

describe("tenantIsAllowed", () => {
  it("lets in the tenants of TENANTS and of AZURE_AD_TENANT_ID, and no other", () => {
    expect(tenantIsAllowed(TID, { TENANTS: [TID] })).toBe(true);
    expect(tenantIsAllowed(TID, { TENANTS: [], AZURE_AD_TENANT_ID: TID })).toBe(true);
    expect(tenantIsAllowed(TID, { TENANTS: [], AZURE_AD_TENANT_ID: undefined })).toBe(false);
    expect(tenantIsAllowed(TID, { TENANTS: ["bbbbbbbb-1111-4222-8333-444444444444"] })).toBe(false);
  });
});
