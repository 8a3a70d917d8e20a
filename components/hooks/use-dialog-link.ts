"use client";

import { useEffect, useEffectEvent, type ReactNode } from "react";

import { removeFragment } from "@/components/browser/fragment";
import { isReturning } from "@/components/browser/session-storage";

/**
 * Opens the dialog that the page's address names in its fragment, such as `#create`, or that the person left to confirm at Microsoft that
 * it's them. The fragment is removed, so that a reload doesn't open it again.
 * @param steps the dialogs by name; none while one is open, so that it isn't replaced
 * @param open gets a note for the dialog, if there is one
 */
export function useDialogLink<Step>(
  steps: Readonly<Record<string, Step>>,
  open: (step: Step, note?: ReactNode) => void,
): void {
  const follow = useEffectEvent(() => {
    const name = window.location.hash.slice(1);
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (step === undefined) return;
    removeFragment();
    open(step);
  });
  const comeBack = useEffectEvent(async () => {
    const loaded = await import("@/components/ui/confirm-sign-in").catch(() => null);
    const returned = loaded?.takeReturn();
    if (returned) open(returned.step as Step, returned.note);
    else follow();
  });
  useEffect(() => {
    // Next's router observes changes of the address only once all effects of the first render have run.
    const timer = setTimeout(() => (isReturning() ? void comeBack() : follow()));
    const onHashChange = () => follow();
    window.addEventListener("hashchange", onHashChange);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("hashchange", onHashChange);
    };
  }, []);
}

/** Opens a dialog of the page that is shown, as a link to its fragment would, without an entry in the history. */
export function openDialogHere(name: string): void {
  window.history.replaceState(window.history.state, "", `#${name}`);
  window.dispatchEvent(new Event("hashchange"));
}
