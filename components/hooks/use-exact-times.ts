"use client";

import { useSyncExternalStore } from "react";

let exact = false;
const listeners = new Set<() => void>();

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** Whether exact times are switched on; kept until the page is reloaded. */
export function useExactTimes(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => exact,
    () => false,
  );
}

/** Switches between exact and relative times. */
export function toggleExactTimes(): void {
  exact = !exact;
  for (const changed of listeners) changed();
}
