import { describe, expect, it } from "vitest";

import { readTheme, themeOfCookies } from "./theme";

describe("readTheme", () => {
  it.each(["system", "light", "dark"])("knows %s", (theme) => expect(readTheme(theme)).toBe(theme));

  it.each([undefined, "", "Dark", "dark ", '"><script>', "__proto__"])("takes %j for the system's", (value) =>
    expect(readTheme(value)).toBe("system"),
  );
});

describe("themeOfCookies", () => {
  it("finds the cookie among others", () => {
    expect(themeOfCookies("neo-theme=dark")).toBe("dark");
    expect(themeOfCookies("neo-background=1; neo-theme=light")).toBe("light");
  });

  it("takes the system's without a cookie, or with another one's value", () => {
    expect(themeOfCookies("")).toBe("system");
    expect(themeOfCookies("x-neo-theme=dark; other=neo-theme=dark")).toBe("system");
  });
});
