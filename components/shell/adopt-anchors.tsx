"use client";

import { useEffect } from "react";

/**
 * Hands history entries that links within a page make, such as `#errors`, to Next. It ignores those that it didn't make itself, so Back to
 * one from another page would change the address only.
 */
export function AdoptAnchors() {
  useEffect(() => {
    const adopt = () => {
      if (window.history.state === null) window.history.replaceState(null, "", window.location.href);
    };
    window.addEventListener("hashchange", adopt);
    return () => window.removeEventListener("hashchange", adopt);
  }, []);
  return null;
}
