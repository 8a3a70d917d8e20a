"use client";

import { useEffect, useEffectEvent } from "react";

import { dropStaleGuard, holdBack, releaseBack } from "@/components/browser/history-guard";

let free = false;

/** Loads the page anew without the browser's question. For when nothing is lost by it. */
export function reloadFreely(): void {
  free = true;
  window.location.reload();
}

/**
 * Keeps a person from losing something by leaving: closing the tab, reloading and leaving the site make the browser ask.
 * @param active whether there is something to lose
 * @param onBack called instead of going back inside the application
 */
export function useLeaveGuard(active: boolean, onBack: () => void): void {
  const back = useEffectEvent(onBack);
  useEffect(dropStaleGuard, []);
  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => {
      if (!free) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    holdBack(() => back());
    return () => {
      window.removeEventListener("beforeunload", ask);
      releaseBack();
    };
  }, [active]);
}
