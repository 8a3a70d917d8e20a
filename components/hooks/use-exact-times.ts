"use client";

import { useSyncExternalStore } from "react";

let exact = false;
const listeners = new Set<() => void>();

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** Whether the person asked for exact times; kept until the page is loaded anew. */
export function useExactTimes(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => exact,
    () => false,
  );
}

/** Shows exact times instead of relative ones, or the other way round. */
export function toggleExactTimes(): void {
  exact = !exact;
  for (const changed of listeners) changed();
}
