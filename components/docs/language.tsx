"use client";

import { createContext, useContext, useState, type ReactNode } from "react";

import { type Language, LANGUAGE_COOKIE } from "@/lib/docs/languages";

type Choice = readonly [language: Language, choose: (language: Language) => void];

const Chosen = createContext<Choice>(["curl", () => undefined]);

const YEAR_S = 365 * 24 * 60 * 60;

/** The last choice in this tab: a page that Next kept from earlier was rendered with an older one. */
let latest: Language | null = null;

/** Keeps a choice: in the URL, for links, and for the next page and visit. */
function remember(language: Language): void {
  latest = language;
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${LANGUAGE_COOKIE}=${language}; path=/; max-age=${String(YEAR_S)}; samesite=lax${secure}`;
  const url = new URL(window.location.href);
  url.searchParams.set("lang", language);
  window.history.replaceState(null, "", url);
}

/** The language of the page's samples, and a function that changes it. */
export const useLanguage = () => useContext(Chosen);

/** Shares the language of samples within a page. @param initial as the server rendered it */
export function LanguageProvider({ initial, children }: { initial: Language; children: ReactNode }) {
  const [language, setLanguage] = useState(() => latest ?? initial);
  const choose = (chosen: Language) => {
    setLanguage(chosen);
    remember(chosen);
  };
  return <Chosen value={[language, choose]}>{children}</Chosen>;
}
