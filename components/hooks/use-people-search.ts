"use client";

import { useEffect, useRef, useState } from "react";

import { otherSessionText } from "@/components/browser/rendered-for";
import { SIGNED_OUT } from "@/components/hooks/use-submit";
import type { PersonView } from "@/components/members/member-view";

const SEARCH_PATH = "/roles-access/members/people";
const TYPING_MS = 250;
/** Shortest text that is searched for. */
const MIN_LENGTH = 2;

/** How far a search has come. */
export type PeopleSearch =
  | { readonly kind: "idle" | "searching" }
  | { readonly kind: "failed"; readonly text: string }
  | { readonly kind: "found"; readonly people: readonly PersonView[] };

/** Searches the directory while someone types. @returns the state, what begins a search, and what ends it */
export function usePeopleSearch() {
  const [state, setState] = useState<PeopleSearch>({ kind: "idle" });
  const current = useRef<AbortController | null>(null);
  const stop = () => current.current?.abort();
  useEffect(() => stop, []);

  /** @returns whether the text is long enough to be searched for */
  const search = (typed: string): boolean => {
    stop();
    const text = typed.trim();
    if (text.length < MIN_LENGTH) {
      setState({ kind: "idle" });
      return false;
    }
    setState({ kind: "searching" });
    // A response to what was typed before must not replace a newer one.
    const own = new AbortController();
    current.current = own;
    void find(text, own.signal).then((found) => {
      if (!own.signal.aborted) setState(found);
    });
    return true;
  };
  return { state, search, stop };
}

/** Waits until the typing pauses, then asks the server. Never throws; the result of an aborted search is to be ignored. */
async function find(text: string, signal: AbortSignal): Promise<PeopleSearch> {
  await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
  if (signal.aborted) return { kind: "idle" };
  try {
    const response = await fetch(`${SEARCH_PATH}?q=${encodeURIComponent(text)}`, { signal });
    const { people, message } = (await response.json()) as { people?: PersonView[]; message?: string };
    if (people) return { kind: "found", people };
    // Without a message, the directory didn't respond.
    if (message === undefined)
      return { kind: "failed", text: "We can’t reach your directory right now. Try again, or invite by e-mail." };
    const texts: Readonly<Record<number, string>> = { 401: SIGNED_OUT, 409: otherSessionText(message) };
    return { kind: "failed", text: texts[response.status] ?? message };
  } catch {
    return { kind: "failed", text: navigator.onLine ? "No response from the server. Try again." : "You’re offline." };
  }
}
