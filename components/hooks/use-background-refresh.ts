"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useTransition } from "react";

import { BACKGROUND_COOKIE } from "@/lib/auth/background-cookie";

const REFRESH_MS = 30_000;
/** The background mark expires after this many seconds, in case a refresh never ends. */
const MARK_SECONDS = 10;
const HEALTH_PATH = "/public-api/health";

/** Marks requests for a path as background requests, which are not the person's activity. @param seconds for how long; 0 ends it */
export function markBackground(path: string, seconds: number): void {
  document.cookie = `${BACKGROUND_COOKIE}=${seconds > 0 ? "1" : ""}; path=${path}; max-age=${String(seconds)}; samesite=lax`;
}

/**
 * Refreshes a visible page every 30 seconds, and as soon as the browser is online again. A cookie marks these requests as background requests, so that an open page does
 * not keep the session alive.
 * @param active false while something on the page must not change
 */
export function useBackgroundRefresh(active: boolean): void {
  const router = useRouter();
  const [refreshing, startRefresh] = useTransition();
  const marked = useRef<string | null>(null);

  useEffect(() => {
    if (refreshing || marked.current === null) return;
    markBackground(marked.current, 0);
    marked.current = null;
  }, [refreshing]);

  useEffect(() => {
    if (!active) return;
    const gone = new AbortController();
    const refreshIfSeen = () => {
      if (document.visibilityState !== "visible") return;
      // When a refresh fails, Next reloads the page and the browser shows its error page: check first that the server responds.
      fetch(HEALTH_PATH, { cache: "no-store", signal: gone.signal }).then(
        (response) => {
          if (!response.ok || gone.signal.aborted) return;
          marked.current = window.location.pathname;
          markBackground(marked.current, MARK_SECONDS);
          startRefresh(() => router.refresh());
        },
        () => undefined,
      );
    };
    const timer = setInterval(refreshIfSeen, REFRESH_MS);
    document.addEventListener("visibilitychange", refreshIfSeen);
    window.addEventListener("online", refreshIfSeen);
    return () => {
      gone.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refreshIfSeen);
      window.removeEventListener("online", refreshIfSeen);
    };
  }, [active, router]);
}
