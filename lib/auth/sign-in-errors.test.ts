import { describe, expect, it } from "vitest";

import { authorizationRefusal, classifyCallbackFailure, signInNotice } from "./sign-in-errors";

describe("signInNotice", () => {
  it("says nothing without an error", () => {
    expect(signInNotice(undefined)).toBeNull();
    expect(signInNotice("")).toBeNull();
  });

  it("knows our reasons and NextAuth's", () => {
    expect(signInNotice("not-a-member")?.title).toBe("You are not in this organisation yet");
    expect(signInNotice("OAuthSignin")?.title).toBe("Microsoft cannot be reached");
    expect(signInNotice("cancelled")?.tone).toBe("info");
  });

  it.each(["<script>", "constructor", "__proto__", "toString", "Nonsense"])("has general words for %s", (code) => {
    expect(signInNotice(code)?.title).toBe("Sign-in did not work");
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
    ["outgoing request timed out after 3500ms", "microsoft-unreachable"],
    ["connect ECONNREFUSED 20.190.159.0:443", "microsoft-unreachable"],
    ["expected 200 OK, got: 503 Service Unavailable", "microsoft-unreachable"],
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

describe("authorizationRefusal", () => {
  it.each([
    ["access_denied", "cancelled"],
    ["temporarily_unavailable", "microsoft-unreachable"],
    ["server_error", "microsoft-unreachable"],
    ["interaction_required", "microsoft-refused"],
    ["<b>", "microsoft-refused"],
  ])("takes %s for %s", (code, reason) => {
    expect(authorizationRefusal(code)).toBe(reason);
  });
});
