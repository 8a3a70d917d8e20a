"use client";

import { useEffect, useEffectEvent } from "react";

/**
 * Opens the dialog that the page's address names in its fragment, such as `#create`. The fragment is removed, so that a
 * reload doesn't open it again.
 * @param steps the dialogs by name; none while one is open, so that it isn't replaced
 */
export function useDialogLink<Step>(steps: Readonly<Record<string, Step>>, open: (step: Step) => void): void {
  const follow = useEffectEvent(() => {
    const name = window.location.hash.slice(1);
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (step === undefined) return;
    const { pathname, search } = window.location;
    window.history.replaceState(window.history.state, "", pathname + search);
    open(step);
  });
  useEffect(() => {
    // Next's router observes changes of the address only once all effects of the first render have run.
    const timer = setTimeout(() => follow());
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
