"use client";

import { useEffect } from "react";

import { readTheme, THEME_COOKIE, type Theme, themeOfCookies } from "@/components/theme/theme";

const YEAR_S = 365 * 24 * 60 * 60;

/** The theme of the page that is shown. */
export const shownTheme = (): Theme => readTheme(document.documentElement.dataset.theme);

function show(theme: Theme): void {
  if (theme !== shownTheme()) document.documentElement.dataset.theme = theme;
}

/** Shows a theme, and keeps it in this browser. */
export function keepTheme(theme: Theme): void {
  const seconds = theme === "system" ? 0 : YEAR_S;
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${String(seconds)}; samesite=lax${secure}`;
  show(theme);
}

/** Keeps the theme of the page for another year, and follows what another tab has chosen once this one is seen again. */
export function useKeptTheme(): void {
  useEffect(() => {
    // Safari keeps a cookie that a script has set for a week only.
    if (shownTheme() !== "system") keepTheme(shownTheme());
    const onVisible = () => show(themeOfCookies(document.cookie));
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, []);
}
