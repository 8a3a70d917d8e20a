"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState, useTransition } from "react";

import { needsReload } from "@/components/browser/page-fetch";
import type { ActionResult } from "@/lib/auth/action-result";

/** The waits before each attempt, in milliseconds. */
const RETRIES_MS = [0, 2_000, 5_000];

const CHECK_MS = 5_000;

/** Whether the server can serve this page: a failed refresh would reload it and lose what is open. */
async function isServed(): Promise<boolean> {
  try {
    const { ok } = await fetch(window.location.href, {
      method: "HEAD",
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(CHECK_MS),
    });
    return ok;
  } catch {
    return false;
  }
}

/**
 * Refreshes the page's data as soon as the server responds.
 * @returns `refresh`, whether it is running, and `refreshAfterFailure`, which wraps a server action so that it refreshes the
 *   page when its response is lost or shows that the page is out of date
 */
export function useCheckedRefresh() {
  const router = useRouter();
  const [checking, setChecking] = useState(false);
  const [refreshing, startRefresh] = useTransition();
  const latest = useRef<AbortController | null>(null);
  useEffect(() => () => latest.current?.abort(), []);

  const refresh = useCallback(() => {
    latest.current?.abort();
    const { signal } = (latest.current = new AbortController());
    setChecking(true);
    const run = async () => {
      for (const wait of RETRIES_MS) {
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        if (signal.aborted) return;
        if (!(await isServed())) continue;
        startRefresh(() => router.refresh());
        break;
      }
      if (!signal.aborted) setChecking(false);
    };
    void run();
  }, [router]);

  const refreshAfterFailure = useCallback(
    <Args extends unknown[], Data>(action: (...args: Args) => Promise<ActionResult<Data>>) =>
      async (...args: Args): Promise<ActionResult<Data>> => {
        try {
          const result = await action(...args);
          if (!result.ok && isOutOfDate(result)) refresh();
          return result;
        } catch (error) {
          // A refresh from a server of another version would reload the page and lose what was typed.
          if (!needsReload(error)) refresh();
          throw error;
        }
      },
    [refresh],
  );

  return { refresh, refreshing: checking || refreshing, refreshAfterFailure };
}

/** Excludes a lost or changed session: a refresh would leave the page and lose what was typed. */
function isOutOfDate({ code, reason }: Extract<ActionResult<unknown>, { ok: false }>): boolean {
  if (reason === "other_session") return false;
  return code === "CONFLICT" || code === "NOT_FOUND" || code === "INTERNAL" || code === "UNAVAILABLE";
}
