import { describe, expect, it } from "vitest";

import { ActionAnswerError } from "@/components/shell/page-fetch";

import { actionFailureText } from "./action-failure";

describe("actionFailureText", () => {
  it.each([
    [404, /updated since you opened this page.*Nothing was changed.*reload/],
    [403, /refused.*Nothing was changed/],
    [413, /too much text.*Shorten it/],
    [429, /Too many requests.*Wait a minute/],
    [500, /on our side.*check the list/],
    [502, /can't be reached.*check the list/],
    [503, /unavailable.*check the list/],
    [504, /took too long.*check the list/],
    [418, /status 418.*check the list/],
    [200, /sign-in page.*check the list/],
  ])("a %i is explained by its status", (status, words) => {
    expect(actionFailureText(new ActionAnswerError(status), true)).toMatch(words);
  });

  it("an unknown outcome is never called unchanged", () => {
    for (const status of [200, 408, 418, 500, 502, 503, 504, 599]) {
      expect(actionFailureText(new ActionAnswerError(status), true)).not.toContain("Nothing was changed");
    }
  });

  it("a lost connection is told apart from a browser that is offline", () => {
    expect(actionFailureText(new TypeError("Failed to fetch"), true)).toMatch(/^No response/);
    expect(actionFailureText(new TypeError("Failed to fetch"), false)).toMatch(/^You're offline/);
  });
});
