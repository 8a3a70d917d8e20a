"use client";

import { useEffect, useState, type Dispatch, type SetStateAction } from "react";

const COPIED_MS = 3_000;

/** The outcome of a copy. "copied" lasts three seconds, "failed" until the next attempt. */
type CopyState = "idle" | "copied" | "failed";

/** The state of a copy button; "copied" returns to "idle" after three seconds. */
export function useCopyState(): [CopyState, Dispatch<SetStateAction<CopyState>>] {
  const [copy, setCopy] = useState<CopyState>("idle");
  useEffect(() => {
    if (copy !== "copied") return;
    const timer = setTimeout(() => setCopy("idle"), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copy]);
  return [copy, setCopy];
}

/** The outcome of a copy in words. @param noun what was copied, such as "key" */
export function copyStatus(copy: CopyState, noun: string): string {
  if (copy === "idle") return "";
  return copy === "copied"
    ? `${noun.charAt(0).toUpperCase()}${noun.slice(1)} copied to the clipboard.`
    : `The browser blocked copying. Select the ${noun} and copy it with the keyboard.`;
}
