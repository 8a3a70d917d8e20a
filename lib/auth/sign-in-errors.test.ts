import { describe, expect, it } from "vitest";

import { signInErrorParameter, signInNotice } from "./sign-in-errors";

describe("signInNotice", () => {
  it("returns no notice without an error", () => {
    expect(signInNotice(undefined)).toBeNull();
    expect(signInNotice("")).toBeNull();
  });

  it("covers this app's reasons and NextAuth's", () => {
    expect(signInNotice("not-a-member")?.title).toBe("You’re not in this organisation yet");
    expect(signInNotice("OAuthSignin")?.title).toBe("Microsoft can’t be reached");
    expect(signInNotice("cancelled")?.tone).toBe("info");
  });

  it("shows Microsoft's code with the message, and ignores any other suffix", () => {
    expect(signInNotice(signInErrorParameter("approval-needed", "AADSTS90094"))).toMatchObject({
      title: "Your organisation must approve Neo first",
      code: "AADSTS90094",
    });
    expect(signInNotice(signInErrorParameter("cancelled", "AADSTS65004"))).not.toHaveProperty("code");
    for (const forged of ["failed.<b>", "failed.AADSTS", "failed.AADSTS1234567890", "failed.AADSTS90094.x"])
      expect(signInNotice(forged)).not.toHaveProperty("code");
  });

  it.each(["<script>", "constructor", "__proto__", "toString", "Nonsense"])("has a generic notice for %s", (code) => {
    expect(signInNotice(code)?.title).toBe("Sign-in didn’t work");
  });
});
