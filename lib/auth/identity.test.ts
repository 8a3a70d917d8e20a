import { describe, expect, it } from "vitest";

import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";

import { readIdentity, strongestRole } from "./identity";

const TID = "aaaaaaaa-1111-4222-8333-444444444444";
const OID = "bbbbbbbb-1111-4222-8333-444444444444";
const claims = {
  tid: TID,
  oid: OID,
  iss: `https://login.microsoftonline.com/${TID}/v2.0`,
  ver: "2.0",
  name: "Ada Admin",
  email: "ada@contoso.example",
  preferred_username: "ada@upn.example",
  sub: "pairwise",
};

describe("readIdentity", () => {
  it("reads the person from tid and oid, in lower case", () => {
    expect(readIdentity({ ...claims, tid: TID.toUpperCase(), oid: OID.toUpperCase() })).toEqual({
      tid: TID,
      oid: OID,
      name: "Ada Admin",
      email: "ada@contoso.example",
      authenticatedAt: null,
      appRole: null,
      guest: false,
      saysGuest: false,
    });
  });

  it("reads when Microsoft authenticated the person, not when it issued the token", () => {
    expect(readIdentity({ ...claims, iat: 1_796_050_000, auth_time: 1_796_040_000 })).toMatchObject({
      authenticatedAt: new Date(1_796_040_000_000),
    });
  });

  it.each([
    ["no acct and no idp", {}, false],
    ["acct 0", { acct: 0 }, false],
    ["acct 0 as text", { acct: "0" }, false],
    ["acct null and idp null", { acct: null, idp: null }, false],
    ["its own idp", { idp: `https://login.microsoftonline.com/${TID}/v2.0` }, false],
    ["its own idp, in the v1 form", { idp: `https://sts.windows.net/${TID.toUpperCase()}/` }, false],
    ["acct 1", { acct: 1 }, true],
    ["acct 1 as text", { acct: "1" }, true],
    ["an acct that is not documented", { acct: 2 }, true],
    ["an acct of another type", { acct: [0] }, true],
    ["the idp of another directory", { acct: 0, idp: `https://sts.windows.net/${OID}/` }, true],
    ["the idp of a personal account", { idp: "live.com" }, true],
    ["the idp of Google", { idp: "google.com" }, true],
    ["the idp of an e-mail code", { idp: "mail" }, true],
    ["an idp of another type", { idp: {} }, true],
    ["an empty idp", { idp: "" }, true],
    ["an idp that begins like its own", { idp: `https://sts.windows.net/${TID}/../${OID}/` }, true],
    ["a guest's sign-in name", { upn: "ada_fabrikam.example#EXT#@contoso.onmicrosoft.com" }, true],
    ["a guest's preferred name", { preferred_username: "ada_live.com#ext#@contoso.example" }, true],
    ["a guest's sign-in name, percent-encoded", { preferred_username: "ada_live.com%23EXT%23@contoso.example" }, true],
    ["a guest's sign-in name for an address", { email: "ada_live.com#EXT#@contoso.example" }, true],
    ["a name of a personal account", { unique_name: "live.com#ada@outlook.example" }, true],
    ["an identifier from elsewhere", { altsecid: "5::10033FFF" }, true],
    ["acct 0 and a guest's sign-in name", { acct: 0, upn: "ada_fabrikam.example#EXT#@contoso.example" }, true],
    ["an address with a sign", { email: "ada#team@contoso.example" }, false],
    ["a name with a sign", { preferred_username: "ada+team@contoso.example" }, false],
  ])("a token with %s: guest or not", (_, change, guest) => {
    expect(readIdentity({ ...claims, ...change })).toMatchObject({ guest });
  });

  it("reports whether the token has acct, the only claim that identifies every guest", () => {
    expect(readIdentity({ ...claims, acct: 0 })).toMatchObject({ saysGuest: true });
    for (const acct of [undefined, null]) expect(readIdentity({ ...claims, acct })).toMatchObject({ saysGuest: false });
  });

  it.each([
    ["no tid", { tid: undefined }],
    ["a tid that is no GUID", { tid: "contoso.onmicrosoft.com" }],
    ["no oid", { oid: undefined }],
    ["an oid that is no GUID", { oid: "' or 1=1 --" }],
    ["a v1 token", { ver: "1.0" }],
    ["no version", { ver: undefined }],
    ["no issuer", { iss: undefined }],
    ["an oid that is a list", { oid: [OID] }],
  ])("refuses %s", (_, change) => {
    expect(readIdentity({ ...claims, ...change })).toBe("malformed-token");
  });

  it.each([undefined, null, "token", 7, []])("refuses %s for claims", (value) => {
    expect(readIdentity(value)).toBe("malformed-token");
  });

  it.each([
    "https://login.microsoftonline.com/cccccccc-1111-4222-8333-444444444444/v2.0",
    `https://login.microsoftonline.com/${TID}/v2.0/`,
    `https://login.microsoftonline.com.evil.example/${TID}/v2.0`,
    `https://sts.windows.net/${TID}/`,
    `http://login.microsoftonline.com/${TID}/v2.0`,
    "https://login.microsoftonline.com/{tenantid}/v2.0",
  ])("refuses the issuer %s", (iss) => {
    expect(readIdentity({ ...claims, iss })).toBe("wrong-issuer");
  });

  it("refuses personal accounts", () => {
    const iss = `https://login.microsoftonline.com/${PERSONAL_TENANT}/v2.0`;
    expect(readIdentity({ ...claims, tid: PERSONAL_TENANT, iss })).toBe("personal-account");
    expect(readIdentity({ ...claims, tid: PERSONAL_TENANT.toUpperCase(), iss })).toBe("personal-account");
  });

  it("falls back to the UPN without an e-mail, and to a placeholder without a name", () => {
    expect(readIdentity({ ...claims, email: undefined })).toMatchObject({ email: "ada@upn.example" });
    expect(readIdentity({ ...claims, name: " ", email: 7 })).toMatchObject({
      name: "ada@upn.example",
      email: "ada@upn.example",
    });
    expect(readIdentity({ tid: TID, oid: OID, iss: claims.iss, ver: "2.0" })).toMatchObject({
      name: "Unnamed person",
      email: null,
    });
  });

  it("strips control and bidi characters from displayed text and caps its length", () => {
    expect(readIdentity({ ...claims, name: "Ada\u202e nimdA\u0000\n" })).toMatchObject({ name: "Ada nimdA" });
    // Invisible characters must not make a person look like a colleague.
    for (const hidden of ["\u200b", "\u00ad", "\u061c", "\u2028", "\ufeff", "\u{e0041}", "\u2066"])
      expect(readIdentity({ ...claims, name: `Ada ${hidden}Admin${hidden}` })).toMatchObject({ name: "Ada Admin" });
    expect(readIdentity({ ...claims, name: `${"x".repeat(199)}😀` })).toMatchObject({ name: "x".repeat(199) });
    expect(readIdentity({ ...claims, name: "x".repeat(5000) })).toMatchObject({ name: "x".repeat(200) });
  });

  it("reads the app role and ignores unknown roles", () => {
    expect(readIdentity({ ...claims, roles: ["User", "Billing.Read"] })).toMatchObject({ appRole: "User" });
    expect(readIdentity({ ...claims, roles: "Admin" })).toMatchObject({ appRole: null });
  });
});

describe("strongestRole", () => {
  it("prefers Admin to User to Viewer, matching the exact name", () => {
    expect(strongestRole(["Viewer", "User", "Admin"])).toBe("Admin");
    expect(strongestRole(["Viewer", "User"])).toBe("User");
    expect(strongestRole(["admin", "Administrator"])).toBeNull();
    expect(strongestRole([])).toBeNull();
  });
});
