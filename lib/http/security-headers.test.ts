import { describe, expect, it } from "vitest";

import { answerHeaders, type AnswerContext, FILE_POLICY, FIXED_HEADERS, pagePolicy } from "@/lib/http/security-headers";

const production: AnswerContext = { nonce: "bm9uY2U=", https: true, development: false };

/** The policy as a map from directive to sources. */
function directives(policy: string): Map<string, string[]> {
  return new Map(
    policy.split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources];
    }),
  );
}

describe("pagePolicy", () => {
  it("allows scripts only with this response's nonce, and no inline or evaluated code", () => {
    const policy = pagePolicy(production);
    expect(directives(policy).get("script-src")).toEqual(["'self'", "'nonce-bm9uY2U='", "'strict-dynamic'"]);
    expect(policy).not.toContain("unsafe");
    expect(policy).not.toContain("*");
  });

  it("lists every source, and allows none by default", () => {
    const all = directives(pagePolicy(production));
    expect(all.get("default-src")).toEqual(["'none'"]);
    for (const name of ["object-src", "base-uri", "frame-ancestors"]) expect(all.get(name), name).toEqual(["'none'"]);
    for (const name of ["connect-src", "img-src", "font-src", "form-action"])
      expect(all.get(name), name).toEqual(["'self'"]);
    expect(all.get("style-src")).toEqual(["'self'", "'nonce-bm9uY2U='"]);
  });

  it("upgrades to https only if the dashboard is served over https", () => {
    expect(directives(pagePolicy(production)).has("upgrade-insecure-requests")).toBe(true);
    expect(directives(pagePolicy({ ...production, https: false })).has("upgrade-insecure-requests")).toBe(false);
  });

  it("allows eval and the overlay's styles in development, but no inline script", () => {
    const all = directives(pagePolicy({ ...production, development: true }));
    expect(all.get("script-src")).toContain("'unsafe-eval'");
    expect(all.get("script-src")).not.toContain("'unsafe-inline'");
    // A nonce would disable 'unsafe-inline'.
    expect(all.get("style-src")).toEqual(["'self'", "'unsafe-inline'"]);
  });
});

describe("answerHeaders", () => {
  it("sends Strict-Transport-Security only over https: on localhost it would lock out other apps", () => {
    expect(answerHeaders(production)["Strict-Transport-Security"]).toBe("max-age=63072000");
    expect(answerHeaders({ ...production, https: false })).not.toHaveProperty("Strict-Transport-Security");
  });

  it("prevents caching", () => {
    expect(answerHeaders(production)["Cache-Control"]).toBe("no-store");
  });
});

describe("fixed headers", () => {
  it("are the same for every response", () => {
    expect(FIXED_HEADERS).toMatchObject({
      "X-Frame-Options": "DENY",
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "same-origin",
      "Cross-Origin-Opener-Policy": "same-origin",
    });
    expect(FIXED_HEADERS["Permissions-Policy"]).toContain("camera=(), ");
    expect(FILE_POLICY).toContain("default-src 'none'");
  });
});
