"use client";

import { useEffect } from "react";

/** The part of the Navigation API used here; TypeScript's DOM library does not have all of it yet. */
interface NavigateEvents {
  addEventListener(type: "navigate", listener: (event: Event & { navigationType: string }) => void): void;
  removeEventListener(type: "navigate", listener: (event: Event & { navigationType: string }) => void): void;
}

/**
 * Keeps a person from losing something by leaving.
 * @param unload whether closing the tab, reloading and leaving the site make the browser ask
 * @param onBack called instead of going back inside the application; null lets them go
 */
export function useLeaveGuard(unload: boolean, onBack: (() => void) | null): void {
  useEffect(() => {
    if (!unload) return;
    const ask = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => {
      window.removeEventListener("beforeunload", ask);
    };
  }, [unload]);

  useEffect(() => {
    if (!onBack) return;
    const onNavigate = (event: Event & { navigationType: string }) => {
      if (event.navigationType !== "traverse" || !event.cancelable) return;
      event.preventDefault();
      onBack();
    };
    const { navigation } = window as { navigation?: NavigateEvents };
    navigation?.addEventListener("navigate", onNavigate);
    return () => {
      navigation?.removeEventListener("navigate", onNavigate);
    };
  }, [onBack]);
}
