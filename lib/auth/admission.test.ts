import { describe, expect, it } from "vitest";

import { decideAdmission, firstTenantName } from "./admission";

const TID = "aaaaaaaa-1111-4222-8333-444444444444";
const seen = { enabled: true, hasMembers: true, memberId: null };
const empty = { enabled: true, hasMembers: false, memberId: null };
const own = { appRole: null, guest: false };
const guest = { appRole: null, guest: true };

describe("decideAdmission", () => {
  it("a disabled tenant's members are refused", () => {
    const known = { enabled: false, hasMembers: true, memberId: "m" };
    expect(decideAdmission({ ...own, appRole: "Admin" }, known)).toEqual({
      kind: "refused",
      reason: "tenant-disabled",
    });
  });

  it("the first member becomes Admin unless the token assigns another role", () => {
    expect(decideAdmission(own, empty)).toEqual({ kind: "join", role: "Admin" });
    expect(decideAdmission({ ...own, appRole: "Admin" }, empty)).toEqual({ kind: "join", role: "Admin" });
    expect(decideAdmission({ ...own, appRole: "Viewer" }, empty)).toEqual({ kind: "join", role: "Viewer" });
  });

  it("a member keeps the database's role even if the token assigns another", () => {
    const known = { ...seen, memberId: "m" };
    expect(decideAdmission({ ...own, appRole: "Admin" }, known)).toEqual({ kind: "member", memberId: "m" });
    expect(decideAdmission(own, known)).toEqual({ kind: "member", memberId: "m" });
  });

  it("a removed member is refused even if the token assigns a role", () => {
    const known = { ...seen, memberId: "m", removed: true };
    expect(decideAdmission({ ...own, appRole: "Admin" }, known)).toEqual({ kind: "refused", reason: "removed" });
  });

  it("a member whose account is disabled is refused, even if the token assigns a role", () => {
    const known = { ...seen, memberId: "m", accountGone: true };
    expect(decideAdmission({ ...own, appRole: "Admin" }, known)).toEqual({ kind: "refused", reason: "account-gone" });
    expect(decideAdmission(own, { ...known, removed: true })).toEqual({ kind: "refused", reason: "removed" });
  });

  it("a new person without an app role is refused", () => {
    expect(decideAdmission({ ...own, appRole: "User" }, seen)).toEqual({ kind: "join", role: "User" });
    expect(decideAdmission(own, seen)).toEqual({ kind: "refused", reason: "not-a-member" });
  });

  it("a guest never becomes the first Admin", () => {
    expect(decideAdmission(guest, empty)).toEqual({ kind: "refused", reason: "guest-first" });
  });

  it("a guest without an invitation or an app role is refused once there are members", () => {
    expect(decideAdmission(guest, seen)).toEqual({ kind: "refused", reason: "not-a-member" });
    expect(decideAdmission(guest, { ...seen, memberId: "m" })).toEqual({ kind: "member", memberId: "m" });
    expect(decideAdmission({ ...guest, appRole: "User" }, seen)).toEqual({ kind: "join", role: "User" });
  });

  it("a guest gets the app role the organisation assigned, even as the first member", () => {
    for (const known of [empty, seen])
      expect(decideAdmission({ ...guest, appRole: "Viewer" }, known)).toEqual({ kind: "join", role: "Viewer" });
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
