"use client";

import { useState } from "react";

/** The message when a module cannot be fetched: the browser is offline, or the server has a newer version. */
export const NOT_LOADED = "This couldn’t be loaded. Check your connection, reload the page and try again.";

/**
 * A module that is fetched when it's first needed. A failure isn't kept, unlike that of `React.lazy`: the next attempt fetches again.
 * @returns the module, null until it's there; `prepare`, which fetches it; and whether the last attempt failed
 */
export function useModule<Module>(load: () => Promise<Module>) {
  const [module, setModule] = useState<Module | null>(null);
  const [failed, setFailed] = useState(false);
  const prepare = () => {
    if (module) return;
    setFailed(false);
    load().then(
      (loaded) => setModule(() => loaded),
      () => setFailed(true),
    );
  };
  return { module, prepare, failed };
}
