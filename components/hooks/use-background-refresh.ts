"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";

import { BACKGROUND_COOKIE } from "@/lib/auth/background-cookie";

const REFRESH_MS = 30_000;
/** Should the refresh never end, what a person does counts again after this many seconds. */
const MARK_SECONDS = 10;
/** Answers whenever the server does. */
const ALIVE_PATH = "/public-api/health";

function mark(path: string, seconds: number): void {
  document.cookie = `${BACKGROUND_COOKIE}=${seconds > 0 ? "1" : ""}; path=${path}; max-age=${String(seconds)}; samesite=lax`;
}

/**
 * Refreshes the page now and then while it is looked at: a list left open must not lie. The server is told that no person
 * asked, so that a page left open does not put off the end of the session.
 * @param active false while something on the page must not change
 */
export function useBackgroundRefresh(active: boolean): void {
  const router = useRouter();
  const [refreshing, startRefresh] = useTransition();
  const marked = useRef<string | null>(null);

  useEffect(() => {
    if (refreshing || marked.current === null) return;
    mark(marked.current, 0);
    marked.current = null;
  }, [refreshing]);

  useEffect(() => {
    if (!active) return;
    const gone = new AbortController();
    const refreshIfSeen = () => {
      if (document.visibilityState !== "visible") return;
      // A refresh that fails makes Next load the page anew, and the browser show its error page: ask first whether anybody answers.
      fetch(ALIVE_PATH, { cache: "no-store", signal: gone.signal }).then(
        (response) => {
          if (!response.ok || gone.signal.aborted) return;
          marked.current = window.location.pathname;
          mark(marked.current, MARK_SECONDS);
          startRefresh(() => router.refresh());
        },
        () => undefined,
      );
    };
    const timer = setInterval(refreshIfSeen, REFRESH_MS);
    document.addEventListener("visibilitychange", refreshIfSeen);
    return () => {
      gone.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refreshIfSeen);
    };
  }, [active, router]);
}
