import { describe, expect, it } from "vitest";

import { decideAdmission, firstTenantName } from "./admission";

const TID = "aaaaaaaa-1111-4222-8333-444444444444";
const seen = { enabled: true, hasMembers: true, memberId: null };

describe("decideAdmission", () => {
  it("refuses a tenant that is not let in, whatever else is true", () => {
    const known = { ...seen, memberId: "m" };
    expect(decideAdmission({ appRole: "Admin", guest: false }, false, known)).toEqual({
      kind: "refused",
      reason: "tenant-not-allowed",
    });
    expect(decideAdmission({ appRole: "Admin", guest: false }, false, null)).toEqual({
      kind: "refused",
      reason: "tenant-not-allowed",
    });
  });

  it("refuses a disabled tenant, members included", () => {
    const known = { enabled: false, hasMembers: true, memberId: "m" };
    expect(decideAdmission({ appRole: "Admin", guest: false }, true, known)).toEqual({
      kind: "refused",
      reason: "tenant-disabled",
    });
  });

  it("makes the first member Admin unless the token assigns another role", () => {
    expect(decideAdmission({ appRole: null, guest: false }, true, null)).toEqual({ kind: "join", role: "Admin" });
    expect(decideAdmission({ appRole: "Admin", guest: false }, true, null)).toEqual({ kind: "join", role: "Admin" });
    expect(decideAdmission({ appRole: "Viewer", guest: false }, true, null)).toEqual({ kind: "join", role: "Viewer" });
    const empty = { enabled: true, hasMembers: false, memberId: null };
    expect(decideAdmission({ appRole: null, guest: false }, true, empty)).toEqual({ kind: "join", role: "Admin" });
  });

  it("lets a member in as what the database says: the token's role does not count", () => {
    const known = { ...seen, memberId: "m" };
    expect(decideAdmission({ appRole: "Admin", guest: false }, true, known)).toEqual({ kind: "member", memberId: "m" });
    expect(decideAdmission({ appRole: null, guest: false }, true, known)).toEqual({ kind: "member", memberId: "m" });
  });

  it("refuses whoever was removed, whatever role the token assigns", () => {
    const known = { ...seen, memberId: "m", removed: true };
    expect(decideAdmission({ appRole: "Admin", guest: false }, true, known)).toEqual({
      kind: "refused",
      reason: "removed",
    });
  });

  it("lets somebody new in by an app role only", () => {
    expect(decideAdmission({ appRole: "User", guest: false }, true, seen)).toEqual({ kind: "join", role: "User" });
    expect(decideAdmission({ appRole: null, guest: false }, true, seen)).toEqual({
      kind: "refused",
      reason: "not-a-member",
    });
  });
});

describe("a guest", () => {
  const guest = { appRole: null, guest: true };
  const empty = { enabled: true, hasMembers: false, memberId: null };

  it("is never the first Admin, of a new organisation or of one without members", () => {
    for (const known of [null, empty])
      expect(decideAdmission(guest, true, known)).toEqual({ kind: "refused", reason: "guest-first" });
  });

  it("needs an invitation or an app role like anyone else once there are members", () => {
    expect(decideAdmission(guest, true, seen)).toEqual({ kind: "refused", reason: "not-a-member" });
    expect(decideAdmission(guest, true, { ...seen, memberId: "m" })).toEqual({ kind: "member", memberId: "m" });
    expect(decideAdmission({ ...guest, appRole: "User" }, true, seen)).toEqual({ kind: "join", role: "User" });
  });

  it("has the app role that the organisation assigned, first or not", () => {
    for (const known of [null, empty, seen])
      expect(decideAdmission({ ...guest, appRole: "Viewer" }, true, known)).toEqual({ kind: "join", role: "Viewer" });
  });
});

describe("firstTenantName", () => {
  it("is the e-mail's domain, else the tenant's id", () => {
    expect(firstTenantName({ tid: TID, guest: false, email: "Ada@Contoso.Example" })).toBe("contoso.example");
    expect(firstTenantName({ tid: TID, guest: false, email: null })).toBe(TID);
    expect(firstTenantName({ tid: TID, guest: true, email: "ada@fabrikam.example" })).toBe(TID);
    expect(firstTenantName({ tid: TID, guest: false, email: "ada@<b>x</b>" })).toBe(TID);
  });
});
