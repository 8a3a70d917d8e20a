"use client";

import { useEffect, useEffectEvent, useState } from "react";

import { markBackground } from "@/components/hooks/use-background-refresh";

/** How often the server is asked, in milliseconds. The usage of keys is written every five seconds. */
const PAUSE_MS = 3_000;
const TIMEOUT_MS = 10_000;
/** The background mark expires after this many seconds, in case a request never ends. */
const MARK_SECONDS = 15;

/** What was read last, and how the latest attempt failed. */
export interface Polled<Value> {
  /** Null until there was an answer. */
  readonly value: Value | null;
  /** The HTTP status of the latest answer where it was no success, 0 for none; null after a success. */
  readonly failure: number | null;
}

/** Reads JSON as a background request, which doesn't keep the session alive. @returns the value, or an HTTP status; 0 for no answer */
async function read(url: string, gone: AbortSignal): Promise<{ value: unknown } | { failure: number }> {
  const path = url.split("?", 1)[0] ?? url;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  gone.addEventListener("abort", () => stop.abort(), { signal: stop.signal });
  markBackground(path, MARK_SECONDS);
  try {
    const response = await fetch(url, { cache: "no-store", signal: stop.signal });
    return response.ok ? { value: await response.json() } : { failure: response.status };
  } catch {
    return { failure: 0 };
  } finally {
    markBackground(path, 0);
    clearTimeout(timer);
    stop.abort();
  }
}

/**
 * Reads a JSON route every few seconds while the page is visible. What can't be read now is read again; the last value stays.
 * @param isLast whether a value is final, and nothing is read any more
 */
export function usePolling<Value>(url: string, isLast: (value: Value) => boolean = () => false): Polled<Value> {
  const [polled, setPolled] = useState<Polled<Value>>({ value: null, failure: null });
  const isFinal = useEffectEvent(isLast);
  useEffect(() => {
    const gone = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let isResting = true;
    const ask = async () => {
      if (!isResting || document.visibilityState !== "visible") return;
      isResting = false;
      clearTimeout(timer);
      const answer = await read(url, gone.signal);
      if (gone.signal.aborted) return;
      if ("value" in answer) {
        const value = answer.value as Value;
        setPolled({ value, failure: null });
        if (isFinal(value)) return;
      } else setPolled((before) => ({ ...before, ...answer }));
      isResting = true;
      timer = setTimeout(() => void ask(), PAUSE_MS);
    };
    const onVisible = () => void ask();
    void ask();
    document.addEventListener("visibilitychange", onVisible, { signal: gone.signal });
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [url]);
  return polled;
}
