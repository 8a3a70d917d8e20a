import { describe, expect, it } from "vitest";

import { tenantIsAllowed } from "./tenants";

const TID = "aaaaaaaa-1111-4222-8333-444444444444";
const OTHER = "bbbbbbbb-1111-4222-8333-444444444444";

describe("tenantIsAllowed", () => {
  it("lets in the tenants of TENANTS, and no other", () => {
    expect(tenantIsAllowed(TID, { TENANTS: [OTHER, TID] })).toBe(true);
    expect(tenantIsAllowed(TID, { TENANTS: [OTHER] })).toBe(false);
    expect(tenantIsAllowed(TID, { TENANTS: [], AZURE_AD_TENANT_ID: undefined })).toBe(false);
  });

  it("lets in only AZURE_AD_TENANT_ID where it is set, whatever TENANTS says", () => {
    expect(tenantIsAllowed(TID, { TENANTS: [], AZURE_AD_TENANT_ID: TID })).toBe(true);
    expect(tenantIsAllowed(TID, { TENANTS: [TID], AZURE_AD_TENANT_ID: OTHER })).toBe(false);
    expect(tenantIsAllowed(OTHER, { TENANTS: [TID], AZURE_AD_TENANT_ID: OTHER })).toBe(true);
  });
});
