"use client";

import { useEffect, useState } from "react";

import { otherSessionText } from "@/components/browser/rendered-for";
import { isSearchable, type Typed } from "@/components/command-palette/items";
import { COMMAND_PALETTE_PATH } from "@/components/shell/paths";
import type { Found } from "@/lib/command-palette/search";

const TYPING_MS = 150;

/** The latest answer of the server. */
export interface Results {
  readonly of: Typed;
  readonly found: Found;
}

/** Searches the server while someone types. @returns the latest results, what went wrong, and whether newer ones are on their way */
export function useSearch({ verb, search }: Typed) {
  const [results, setResults] = useState<Results | null>(null);
  const [failure, setFailure] = useState<{ search: string; text: string } | null>(null);
  useEffect(() => {
    if (!isSearchable(search)) return;
    const gone = new AbortController();
    const timer = setTimeout(() => {
      void find({ verb, search }, gone.signal).then((answer) => {
        if (gone.signal.aborted) return;
        if (typeof answer === "string") setFailure({ search, text: answer });
        else setResults({ of: { verb, search }, found: answer });
      });
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [verb, search]);
  const problem = failure?.search === search ? failure.text : null;
  const isCurrent = results?.of.verb === verb && results.of.search === search;
  return { results, problem, searching: isSearchable(search) && !isCurrent && problem === null };
}

/** @returns what was found, or why nothing could be. Never throws; the result of an aborted search is to be ignored. */
async function find({ verb, search }: Typed, signal: AbortSignal): Promise<Found | string> {
  const query = new URLSearchParams({ q: search, ...(verb ? { current: "" } : {}) });
  try {
    const response = await fetch(`${COMMAND_PALETTE_PATH}?${query.toString()}`, { signal });
    const answer = (await response.json()) as Found | { message: string };
    if (!("message" in answer)) return answer;
    const texts: Readonly<Record<number, string>> = {
      401: "You’re signed out. Reload the page to sign in again.",
      409: otherSessionText(answer.message),
    };
    return texts[response.status] ?? answer.message;
  } catch {
    return navigator.onLine ? "No response from the server. Try again in a moment." : "You’re offline.";
  }
}
