import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { classifyCallbackFailure, readCallback, readMicrosoftError } from "./microsoft-errors";
import { signInNotice } from "./sign-in-errors";

const TRACE = "11111111-2222-4333-8444-555555555500";
const CORRELATION = "66666666-7777-4888-8999-aaaaaaaaaa00";
const described = (code: number, words = "Something.") =>
  `AADSTS${String(code)}: ${words}\r\nTrace ID: ${TRACE}\r\nCorrelation ID: ${CORRELATION}\r\nTimestamp: 2026-01-01 00:00:00Z`;
const callback = (error: string | null, description = "", more: { subcode?: string; adminConsent?: string } = {}) =>
  readCallback({ error, description, subcode: null, adminConsent: null, ...more });

describe("readMicrosoftError", () => {
  it("reads the code and both ids, but no free text", () => {
    const words =
      "User account 'ada@contoso.example' from identity provider 'live.com' does not exist in tenant 'Contoso'.";
    expect(readMicrosoftError(described(50020, words))).toEqual({
      code: "AADSTS50020",
      correlationId: CORRELATION,
      traceId: TRACE,
    });
    expect(readMicrosoftError("nothing of the kind")).toEqual({ code: null, correlationId: null, traceId: null });
  });
});

describe("readCallback", () => {
  it.each([
    [50020, "wrong-directory"],
    [90094, "approval-needed"],
    [65001, "approval-needed"],
    [50105, "not-assigned"],
    [53003, "access-policy"],
    [530003, "access-policy"],
    [50076, "more-verification"],
    [50079, "more-verification"],
    [50158, "more-verification"],
    [700016, "bad-client"],
    [7000215, "bad-client"],
    [50011, "bad-client"],
    [900971, "bad-client"],
    [7000222, "secret-expired"],
    [50053, "account-locked"],
    [50057, "account-disabled"],
    [50055, "password-problem"],
    [16000, "wrong-directory"],
    [16003, "wrong-directory"],
    [50014, "wrong-directory"],
    [50034, "wrong-directory"],
    [50128, "wrong-directory"],
    [500200, "personal-account"],
    [50058, "choose-account"],
    [50196, "stale"],
    [54005, "stale"],
    [70008, "stale"],
    [50072, "more-verification"],
    [50074, "more-verification"],
    [50126, "password-problem"],
    [90033, "microsoft-unreachable"],
    [65001, "approval-needed"],
    [90008, "approval-needed"],
    [90095, "approval-needed"],
    [90099, "approval-needed"],
    [53000, "access-policy"],
    [53001, "access-policy"],
    [53002, "access-policy"],
    [53004, "access-policy"],
    [50002, "access-policy"],
    [530034, "access-policy"],
    [530035, "access-policy"],
    [500341, "account-disabled"],
    [500014, "app-disabled"],
    [1000031, "app-disabled"],
    [20012, "own-sign-in-failed"],
    [80001, "own-sign-in-failed"],
    [80014, "own-sign-in-failed"],
    [50013, "bad-client"],
    [50194, "bad-client"],
    [65005, "bad-client"],
    [90002, "bad-client"],
    [90014, "bad-client"],
    [500011, "bad-client"],
    [500113, "bad-client"],
    [650057, "bad-client"],
    [700025, "bad-client"],
    [700027, "bad-client"],
    [700054, "bad-client"],
    [7000218, "bad-client"],
    [900144, "bad-client"],
    [65004, "cancelled"],
    // Device registration and ID token exchange, which this app doesn't use.
    [240001, "microsoft-refused"],
    [240002, "microsoft-refused"],
    [99999, "microsoft-refused"],
  ])("access_denied with AADSTS%i: %s, even with the account picker's subcode", (code, reason) => {
    expect(callback("access_denied", described(code))).toBe(reason);
    expect(callback("access_denied", described(code), { subcode: "cancel" })).toBe(reason);
  });

  it.each(["access_denied", "interaction_required", "invalid_request", "consent_required", "unauthorized_client"])(
    "%s with a code that has another meaning is never reported as cancelled",
    (error) => {
      for (const code of [50020, 50105, 53003, 90094, 12345, 1234567])
        expect(callback(error, described(code))).not.toBe("cancelled");
    },
  );

  it.each([
    ["access_denied", {}, "cancelled"],
    ["access_denied", { subcode: "cancel" }, "cancelled"],
    ["server_error", {}, "microsoft-unreachable"],
    ["temporarily_unavailable", {}, "microsoft-unreachable"],
    ["interaction_required", {}, "more-verification"],
    ["login_required", {}, "choose-account"],
    ["account_selection_required", {}, "choose-account"],
    ["consent_required", {}, "approval-needed"],
    ["invalid_client", {}, "bad-client"],
    ["unauthorized_client", {}, "bad-client"],
    ["invalid_request", {}, "bad-client"],
    ["invalid_scope", {}, "bad-client"],
    ["unsupported_response_type", {}, "bad-client"],
    ["server_error", { adminConsent: "False" }, "microsoft-unreachable"],
    ["user_cancelled", { subcode: "cancel" }, "cancelled"],
    ["user_cancelled", { subcode: "cancel", adminConsent: "False" }, "consent-declined"],
    ["<b>", {}, "microsoft-refused"],
    ["", {}, "microsoft-refused"],
  ])("%s with %j and no code: %s", (error, more, reason) => {
    expect(callback(error, "", more)).toBe(reason);
  });

  it.each([
    ["access_denied", "the user canceled the authentication", "cancelled"],
    ["access_denied", "The user has denied access to the scope requested by the client application.", "cancelled"],
    ["access_denied", "Blocked by a policy of your organization", "microsoft-refused"],
    ["access_denied", "Access has been denied by conditional access", "microsoft-refused"],
    ["invalid_client", "AADSTS7999999: A code of tomorrow's.", "bad-client"],
    ["consent_required", "AADSTS7999999: A code of tomorrow's.", "approval-needed"],
  ])("%s, described as %j: %s", (error, description, reason) => {
    expect(callback(error, description)).toBe(reason);
  });

  it("an admin's consent has its own outcome, given or declined", () => {
    expect(callback(null, "", { adminConsent: "True" })).toBe("consent-given");
    expect(callback(null, "", { adminConsent: "true" })).toBe("consent-given");
    for (const no of ["False", "", "1"]) expect(callback(null, "", { adminConsent: no })).toBe("consent-declined");
    expect(callback("access_denied", described(65004), { adminConsent: "True" })).toBe("consent-declined");
    expect(callback("access_denied", "", { adminConsent: "True" })).toBe("consent-declined");
    expect(callback("permission_denied", "The admin canceled the request")).toBe("consent-declined");
    expect(callback("access_denied", described(90094), { adminConsent: "False" })).toBe("approval-needed");
  });

  it("a sign-in callback is left to NextAuth", () => {
    expect(callback(null)).toBeNull();
  });

  it.each([
    [
      "the person",
      /sign in again|start again|choose your|try again|sign in with/i,
      [50020, 50076, 50126, 50058, 90033, 70008, 500200],
    ],
    ["the IT department", /IT department/, [90094, 50105, 53003, 50053, 50057, 500014, 80001]],
    ["the operator", /operator of this service/, [7000222, 7000215, 50011, 700016, 700025, 90002]],
  ])("the message names who can resolve it: %s", (_, who, codes) => {
    for (const code of codes) {
      const notice = signInNotice(callback("access_denied", described(code)) ?? "");
      expect(notice?.text, String(code)).toMatch(who);
      expect(notice?.title).not.toBe("Sign-in didn’t work");
    }
  });

  it("every code has only one meaning", () => {
    const source = readFileSync("lib/auth/microsoft-errors.ts", "utf8");
    const codes = source.slice(source.indexOf("REASONS"), source.indexOf("BY_CODE")).match(/\b\d{5,7}\b/g) ?? [];
    expect(codes.length).toBeGreaterThan(150);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe("classifyCallbackFailure", () => {
  it.each([
    ["State cookie was missing.", "stale"],
    ["PKCE code_verifier cookie was missing.", "stale"],
    ["state mismatch, expected a, got: b", "stale"],
    ["invalid_grant (AADSTS70008: The code has expired.)", "stale"],
    ["unexpected iss value, expected a, got: b", "wrong-issuer"],
    ["invalid_client (AADSTS7000215: Invalid client secret provided.)", "bad-client"],
    ["invalid_client (AADSTS7000222: The provided client secret keys for app 'x' are expired.)", "secret-expired"],
    ["interaction_required (AADSTS50076: Due to a configuration change you must use MFA.)", "more-verification"],
    ["invalid_grant (AADSTS50173: The provided grant has expired.)", "choose-account"],
    ["invalid_grant (AADSTS53003: Access has been blocked by Conditional Access.)", "access-policy"],
    ["outgoing request timed out after 3500ms", "microsoft-unreachable"],
    ["connect ECONNREFUSED 20.190.159.0:443", "microsoft-unreachable"],
    ["expected 200 OK, got: 503 Service Unavailable", "microsoft-unreachable"],
    ["expected 200 OK, got: 429 Too Many Requests", "microsoft-unreachable"],
    ["expected 200 OK, got: 407 Proxy Authentication Required", "microsoft-unreachable"],
    ["connect EHOSTUNREACH 20.190.159.0:443", "microsoft-unreachable"],
    ["connect ENETUNREACH 20.190.159.0:443", "microsoft-unreachable"],
    ["write EPIPE", "microsoft-unreachable"],
    ["Client network socket disconnected before secure TLS connection was established", "microsoft-unreachable"],
    ["The proxy http://proxy:3128 can't be used: 502 Bad Gateway", "microsoft-unreachable"],
    ["temporarily_unavailable", "microsoft-unreachable"],
    ["state missing from the response", "stale"],
    ["JWT expired, now 2, exp 1", "stale"],
    ["interaction_required (AADSTS7999999: A code of tomorrow's.)", "more-verification"],
    ["invalid_scope (The scope is wrong.)", "bad-client"],
    ["invalid_request", "bad-client"],
    ["failed to validate JWT signature", "not-verified"],
    ["nonce mismatch, expected a, got: b", "not-verified"],
    ["unexpected JWT alg received, expected RS256, got: none", "not-verified"],
  ])("classifies %j as %s", (message, reason) => {
    expect(classifyCallbackFailure({ message })).toBe(reason);
  });

  it("also reads the error's code, and accepts an error without a message", () => {
    expect(classifyCallbackFailure({ message: "getaddrinfo", code: "ENOTFOUND" })).toBe("microsoft-unreachable");
    expect(classifyCallbackFailure({})).toBe("not-verified");
  });
});
