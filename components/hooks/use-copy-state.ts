"use client";

import { useEffect, useState, type Dispatch, type SetStateAction } from "react";

const COPIED_MS = 3_000;

/** What became of a copy: "Copied" is said for three seconds, a failure until the next try. */
export type CopyState = "idle" | "copied" | "failed";

/** The state of a copy button; "copied" turns back to "idle" by itself. */
export function useCopyState(): [CopyState, Dispatch<SetStateAction<CopyState>>] {
  const [copy, setCopy] = useState<CopyState>("idle");
  useEffect(() => {
    if (copy !== "copied") return;
    const timer = setTimeout(() => {
      setCopy("idle");
    }, COPIED_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [copy]);
  return [copy, setCopy];
}
