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
  it("lets a script run by this answer's nonce only, and nothing by being inline or evaluated", () => {
    const policy = pagePolicy(production);
    expect(directives(policy).get("script-src")).toEqual(["'self'", "'nonce-bm9uY2U='", "'strict-dynamic'"]);
    expect(policy).not.toContain("unsafe");
    expect(policy).not.toContain("*");
  });

  it("names every source, and allows none by default", () => {
    const all = directives(pagePolicy(production));
    expect(all.get("default-src")).toEqual(["'none'"]);
    for (const name of ["object-src", "base-uri", "frame-ancestors"]) expect(all.get(name), name).toEqual(["'none'"]);
    for (const name of ["connect-src", "img-src", "font-src", "form-action"])
      expect(all.get(name), name).toEqual(["'self'"]);
    expect(all.get("style-src")).toEqual(["'self'", "'nonce-bm9uY2U='"]);
  });

  it("has the browser come by https only where people do", () => {
    expect(directives(pagePolicy(production)).has("upgrade-insecure-requests")).toBe(true);
    expect(directives(pagePolicy({ ...production, https: false })).has("upgrade-insecure-requests")).toBe(false);
  });

  it("gives the development server eval and its overlay's styles, and still no inline script", () => {
    const all = directives(pagePolicy({ ...production, development: true }));
    expect(all.get("script-src")).toContain("'unsafe-eval'");
    expect(all.get("script-src")).not.toContain("'unsafe-inline'");
    // A nonce would switch 'unsafe-inline' off again.
    expect(all.get("style-src")).toEqual(["'self'", "'unsafe-inline'"]);
  });
});

describe("answerHeaders", () => {
  it("sends Strict-Transport-Security by https only: a demo on localhost would lock its neighbours out", () => {
    expect(answerHeaders(production)["Strict-Transport-Security"]).toBe("max-age=63072000");
    expect(answerHeaders({ ...production, https: false })).not.toHaveProperty("Strict-Transport-Security");
  });

  it("has nobody keep a copy", () => {
    expect(answerHeaders(production)["Cache-Control"]).toBe("no-store");
  });
});

describe("fixed headers", () => {
  it("are the same for everybody", () => {
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
