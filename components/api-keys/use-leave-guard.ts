"use client";

import { useEffect } from "react";

/** The part of the Navigation API used here; TypeScript's DOM library does not have all of it yet. */
interface NavigateEvents {
  addEventListener(type: "navigate", listener: (event: Event & { navigationType: string }) => void): void;
  removeEventListener(type: "navigate", listener: (event: Event & { navigationType: string }) => void): void;
}

/**
 * While `active`: closing the tab, reloading and leaving the site make the browser ask; going back inside the
 * application is held and calls `ask` instead.
 */
export function useLeaveGuard(active: boolean, ask: () => void): void {
  useEffect(() => {
    if (!active) return;
    const onUnload = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    const onNavigate = (event: Event & { navigationType: string }) => {
      if (event.navigationType !== "traverse" || !event.cancelable) return;
      event.preventDefault();
      ask();
    };
    const { navigation } = window as { navigation?: NavigateEvents };
    window.addEventListener("beforeunload", onUnload);
    navigation?.addEventListener("navigate", onNavigate);
    return () => {
      window.removeEventListener("beforeunload", onUnload);
      navigation?.removeEventListener("navigate", onNavigate);
    };
  }, [active, ask]);
}
