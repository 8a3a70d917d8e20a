"use client";

import { useSyncExternalStore } from "react";

let printing = false;

function subscribe(changed: () => void): () => void {
  const media = window.matchMedia("print");
  const begin = () => {
    printing = true;
    changed();
  };
  const end = () => {
    printing = false;
    changed();
  };
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  media.addEventListener("change", changed);
  return () => {
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
    media.removeEventListener("change", changed);
  };
}

/** Whether the page is being printed: then everything shows that takes a click on the screen. */
export function usePrinting(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => printing || window.matchMedia("print").matches,
    () => false,
  );
}
