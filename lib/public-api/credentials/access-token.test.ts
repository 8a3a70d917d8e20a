import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";

import { PERSONAL_TENANT } from "@/lib/config/personal-tenant";
import { AppError } from "@/lib/errors/app-error";
import { assertCurrent, looksLikeAccessToken, verifyAccessToken } from "@/lib/public-api/credentials/access-token";

const CLIENT = "5d1f4e2a-7b64-4c0e-9f5d-0c2f6a3e8b17";
const TID = "aaaaaaaa-1111-4222-8333-444444444444";
const OID = "bbbbbbbb-1111-4222-8333-444444444444";
const settings = { AZURE_AD_CLIENT_ID: CLIENT, AZURE_AD_TENANT_ID: undefined, TENANTS: [TID] };

const ours = await generateKeyPair("RS256", { extractable: true });
const theirs = await generateKeyPair("RS256", { extractable: true });
const keys = createLocalJWKSet({
  keys: [{ ...(await exportJWK(ours.publicKey)), kid: "k", alg: "RS256", use: "sig" }],
});

const now = () => Math.floor(Date.now() / 1000);
const issuer = (tid: string) => `https://login.microsoftonline.com/${tid}/v2.0`;
const claims = (set: object = {}) => ({
  ...{ aud: CLIENT, iss: issuer(TID), tid: TID, oid: OID, ver: "2.0", scp: "access", exp: now() + 600 },
  ...set,
});
const sign = (set: object = {}, key = ours.privateKey) =>
  new SignJWT(claims(set)).setProtectedHeader({ alg: "RS256", kid: "k" }).sign(key);
const refusal = (token: string) => verifyAccessToken(token, settings, keys).catch((error: unknown) => error);

describe("verifyAccessToken", () => {
  it("reads the person of a valid token", async () => {
    const exp = now() + 60;
    const token = await sign({ exp, scp: "other access", tid: TID.toUpperCase() });
    expect(looksLikeAccessToken(token)).toBe(true);
    expect(await verifyAccessToken(token, settings, keys)).toEqual({
      ...{ tid: TID, oid: OID, clientId: null, notBeforeMs: 0 },
      expiresAtMs: exp * 1000,
      authenticatedAt: null,
    });
  });

  it("reads when the person of a token signed in", async () => {
    const holder = await verifyAccessToken(await sign({ auth_time: now() - 60 }), settings, keys);
    expect(holder.authenticatedAt).toEqual(new Date((now() - 60) * 1000));
  });

  it("accepts a token slightly outside its validity period, which the database's clock decides", async () => {
    const set = { nbf: now() + 600, exp: now() - 600 };
    const holder = await verifyAccessToken(await sign(set), settings, keys);
    expect(holder).toMatchObject({ notBeforeMs: set.nbf * 1000, expiresAtMs: set.exp * 1000 });
  });

  it.each([
    ["an ID token", { scp: undefined }, /ID token/],
    ["another scope", { scp: "access_as_user" }, /scope/],
    ["another audience", { aud: OID }, /another application/],
    ["another tenant's issuer", { iss: issuer(OID) }, /issuer/],
    ["a v1 token", { ver: "1.0" }, /ver/],
    ["no tenant", { tid: undefined }, /tid/],
    ["a tenant that is no GUID", { tid: "common" }, /tid/],
    ["no person", { oid: undefined }, /oid/],
    ["no expiry", { exp: undefined }, /exp/],
    ["an expiry after the year 9999", { exp: 253_402_300_800 }, /exp/],
    ["an expiry that no date can say", { exp: 8.64e12 + 1 }, /exp/],
    ["one for much later", { nbf: now() + 1_000 }, /not valid yet/],
    ["one long expired", { exp: now() - 1_000 }, /expired/],
  ])("refuses %s with 401", async (_, set, message) => {
    const error = await refusal(await sign(set));
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "UNAUTHORIZED", message: expect.stringMatching(message) as string });
  });

  it("refuses another signer, another algorithm and none at all with 401", async () => {
    const secret = new TextEncoder().encode(CLIENT);
    const tokens = [
      await sign({}, theirs.privateKey),
      await new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "k" }).sign(secret),
      new UnsecuredJWT(claims()).encode(),
      "a.b.c",
      `${(await sign()).slice(0, -8)}AAAAAAAA`,
    ];
    for (const token of tokens) expect(await refusal(token)).toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("refuses tenants that aren't allowed and personal accounts with 403", async () => {
    for (const tid of [OID, PERSONAL_TENANT]) {
      expect(await refusal(await sign({ tid, iss: issuer(tid) }))).toMatchObject({ code: "FORBIDDEN" });
    }
  });

  it("answers 503 when the signing keys can't be fetched", async () => {
    const down = () =>
      Promise.reject(new AppError("UNAVAILABLE", "Microsoft's signing keys cannot be fetched just now."));
    await expect(verifyAccessToken(await sign(), settings, down)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

describe("assertCurrent", () => {
  const holder = { tid: TID, oid: OID, notBeforeMs: 1_000, expiresAtMs: 2_000 };

  it("accepts a token from its first millisecond to its last", () => {
    for (const at of [1_000, 1_999]) expect(() => assertCurrent(holder, at)).not.toThrow();
  });

  it.each([
    ["a millisecond before", 999, /not valid yet/],
    ["at its end", 2_000, /expired/],
  ])("refuses it %s", (_, at, message) => {
    expect(() => assertCurrent(holder, at)).toThrow(message);
  });
});
