import { describe, expect, it } from "vitest";

import { ActionAnswerError, needsReload } from "@/components/browser/page-fetch";

import { actionFailureText, KEY_OUTCOME } from "./action-failure";

describe("actionFailureText", () => {
  it.each([
    [400, /couldn’t read.*Nothing was changed.*Reload/],
    [404, /proxy.*404.*may have gone through; we’ve refreshed the page/],
    [403, /refused.*Nothing was changed/],
    [413, /too much text.*Shorten it/],
    [429, /Too many requests.*Wait a minute/],
    [500, /on our side.*may have gone through; we’ve refreshed the page/],
    [502, /can’t be reached.*may have gone through; we’ve refreshed the page/],
    [503, /unavailable.*may have gone through; we’ve refreshed the page/],
    [504, /took too long.*may have gone through; we’ve refreshed the page/],
    [418, /status 418.*may have gone through; we’ve refreshed the page/],
    [200, /sign-in page.*may have gone through; we’ve refreshed the page/],
  ])("a %i is explained by its status", (status, words) => {
    expect(actionFailureText(new ActionAnswerError(status), true)).toMatch(words);
  });

  it("never claims that nothing changed when the outcome is unknown", () => {
    for (const status of [200, 404, 408, 418, 500, 502, 503, 504, 599]) {
      expect(actionFailureText(new ActionAnswerError(status), true)).not.toContain("Nothing was changed");
    }
  });

  it("asks for a reload when the page is from another version, and says whether what was typed is kept", () => {
    const failure = new ActionAnswerError(404, true);
    expect(needsReload(failure)).toBe(true);
    expect(actionFailureText(failure, true)).toMatch(
      /^Neo was updated.*Nothing was changed. Reload the page, then try again/,
    );
    expect(actionFailureText(failure, true, true)).toMatch(
      /Reload the page and open this form again: what you typed is kept/,
    );
    expect(actionFailureText(failure, true, false)).toMatch(/Copy what you typed, then reload/);
    for (const status of [404, 500, 502]) expect(needsReload(new ActionAnswerError(status))).toBe(false);
  });

  it("distinguishes a lost connection from an offline browser", () => {
    const lost = new TypeError("Failed to fetch");
    expect(actionFailureText(lost, true)).toBe("No response. It may have gone through; we’ve refreshed the page.");
    expect(actionFailureText(lost, true, true, KEY_OUTCOME)).toBe(
      "No response. The key may have been created; we’ve refreshed the list.",
    );
    expect(actionFailureText(new ActionAnswerError(502), true, true, KEY_OUTCOME)).toMatch(/\(502\). The key may/);
    expect(actionFailureText(lost, false)).toMatch(/^You’re offline\./);
  });
});
