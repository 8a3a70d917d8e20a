const THEMES = ["system", "light", "dark"] as const;

/** What a person can choose; "system" follows the operating system. */
export type Theme = (typeof THEMES)[number];

/** Keeps the choice, so that the server sends pages in the right theme. Not a secret: a script sets it. */
export const THEME_COOKIE = "neo-theme";

/** Reads a theme from a cookie or an attribute. An unknown value counts as "system". */
export function readTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}

/** Finds the theme in a browser's cookies. @param cookies as in `document.cookie` */
export function themeOfCookies(cookies: string): Theme {
  const found = cookies.split("; ").find((cookie) => cookie.startsWith(`${THEME_COOKIE}=`));
  return readTheme(found?.slice(THEME_COOKIE.length + 1));
}
