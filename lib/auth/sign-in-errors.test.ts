import { describe, expect, it } from "vitest";

import { classifyCallbackFailure, signInErrorParameter, signInNotice } from "./sign-in-errors";

describe("signInNotice", () => {
  it("says nothing without an error", () => {
    expect(signInNotice(undefined)).toBeNull();
    expect(signInNotice("")).toBeNull();
  });

  it("knows our reasons and NextAuth's", () => {
    expect(signInNotice("not-a-member")?.title).toBe("You're not in this organisation yet");
    expect(signInNotice("OAuthSignin")?.title).toBe("Microsoft can't be reached");
    expect(signInNotice("cancelled")?.tone).toBe("info");
  });

  it("shows Microsoft's code beside the words of an error, and nothing else that stands there", () => {
    expect(signInNotice(signInErrorParameter("approval-needed", "AADSTS90094"))).toMatchObject({
      title: "Your organisation must approve Neo first",
      code: "AADSTS90094",
    });
    expect(signInNotice(signInErrorParameter("cancelled", "AADSTS65004"))).not.toHaveProperty("code");
    for (const forged of ["failed.<b>", "failed.AADSTS", "failed.AADSTS1234567890", "failed.AADSTS90094.x"])
      expect(signInNotice(forged)).not.toHaveProperty("code");
  });

  it.each(["<script>", "constructor", "__proto__", "toString", "Nonsense"])("has general words for %s", (code) => {
    expect(signInNotice(code)?.title).toBe("Sign-in didn't work");
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
  ])("takes %j for %s", (message, reason) => {
    expect(classifyCallbackFailure({ message })).toBe(reason);
  });

  it("looks at the error's code too, and survives an error without words", () => {
    expect(classifyCallbackFailure({ message: "getaddrinfo", code: "ENOTFOUND" })).toBe("microsoft-unreachable");
    expect(classifyCallbackFailure({})).toBe("not-verified");
  });
});
