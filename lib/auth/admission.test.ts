import { describe, expect, it } from "vitest";

import { decideAdmission, firstTenantName } from "./admission";

const TID = "aaaaaaaa-1111-4222-8333-444444444444";
const seen = { enabled: true, hasMembers: true, memberId: null };

describe("decideAdmission", () => {
  it("refuses a tenant that is not let in, whatever else is true", () => {
    const known = { ...seen, memberId: "m" };
    expect(decideAdmission({ appRole: "Admin" }, false, known)).toEqual({
      kind: "refused",
      reason: "tenant-not-allowed",
    });
    expect(decideAdmission({ appRole: "Admin" }, false, null)).toEqual({
      kind: "refused",
      reason: "tenant-not-allowed",
    });
  });

  it("refuses a disabled tenant, members included", () => {
    const known = { enabled: false, hasMembers: true, memberId: "m" };
    expect(decideAdmission({ appRole: "Admin" }, true, known)).toEqual({ kind: "refused", reason: "tenant-disabled" });
  });

  it("makes the first member Admin unless the token assigns another role", () => {
    expect(decideAdmission({ appRole: null }, true, null)).toEqual({ kind: "join", role: "Admin" });
    expect(decideAdmission({ appRole: "Admin" }, true, null)).toEqual({ kind: "join", role: "Admin" });
    expect(decideAdmission({ appRole: "Viewer" }, true, null)).toEqual({ kind: "join", role: "Viewer" });
    const empty = { enabled: true, hasMembers: false, memberId: null };
    expect(decideAdmission({ appRole: null }, true, empty)).toEqual({ kind: "join", role: "Admin" });
  });

  it("lets a member in as what the database says: the token's role does not count", () => {
    const known = { ...seen, memberId: "m" };
    expect(decideAdmission({ appRole: "Admin" }, true, known)).toEqual({ kind: "member", memberId: "m" });
    expect(decideAdmission({ appRole: null }, true, known)).toEqual({ kind: "member", memberId: "m" });
  });

  it("refuses whoever was removed, whatever role the token assigns", () => {
    const known = { ...seen, memberId: "m", removed: true };
    expect(decideAdmission({ appRole: "Admin" }, true, known)).toEqual({ kind: "refused", reason: "removed" });
  });

  it("lets somebody new in by an app role only", () => {
    expect(decideAdmission({ appRole: "User" }, true, seen)).toEqual({ kind: "join", role: "User" });
    expect(decideAdmission({ appRole: null }, true, seen)).toEqual({ kind: "refused", reason: "not-a-member" });
  });
});

describe("firstTenantName", () => {
  it("is the e-mail's domain, else the tenant's id", () => {
    expect(firstTenantName({ tid: TID, email: "Ada@Contoso.Example" })).toBe("contoso.example");
    expect(firstTenantName({ tid: TID, email: null })).toBe(TID);
    expect(firstTenantName({ tid: TID, email: "ada@<b>x</b>" })).toBe(TID);
  });
});
