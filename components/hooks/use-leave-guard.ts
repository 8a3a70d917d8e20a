"use client";

import { useEffect, useEffectEvent } from "react";

import { dropStaleGuard, holdBack, releaseBack } from "@/components/browser/history-guard";

let free = false;

/** Reloads the page without the browser's question, because nothing is lost. */
export function reloadFreely(): void {
  free = true;
  window.location.reload();
}

/** Goes to another address without the browser's question, because nothing is lost. */
export function leaveFreely(address: string): void {
  free = true;
  window.location.assign(address);
}

/**
 * Asks before unsaved work is lost: the browser asks when the tab is closed or reloaded or the site is left.
 * @param active whether there is something to lose
 * @param onBack called in place of going back within the application
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
