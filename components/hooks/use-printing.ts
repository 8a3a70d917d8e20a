"use client";

import { useSyncExternalStore } from "react";

let printing = false;

function subscribe(changed: () => void): () => void {
  const unsubscribed = new AbortController();
  const { signal } = unsubscribed;
  const set = (value: boolean) => () => {
    printing = value;
    changed();
  };
  window.addEventListener("beforeprint", set(true), { signal });
  window.addEventListener("afterprint", set(false), { signal });
  window.matchMedia("print").addEventListener("change", changed, { signal });
  return () => unsubscribed.abort();
}

/** Whether the page is being printed: then everything shows that takes a click on the screen. */
export function usePrinting(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => printing || window.matchMedia("print").matches,
    () => false,
  );
}
