import "server-only";

import { cookies } from "next/headers";

import { firstLanguage, type Language, LANGUAGE_COOKIE } from "@/lib/docs/languages";

/** The language to show samples in: the one of the link, else the remembered one. */
export async function readerLanguage(
  searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>,
): Promise<Language> {
  const [{ lang }, remembered] = await Promise.all([searchParams, cookies()]);
  return firstLanguage(lang, remembered.get(LANGUAGE_COOKIE)?.value);
}
