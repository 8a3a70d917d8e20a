"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ComponentProps } from "react";

import { Button } from "@/components/ui/button";

const COPIED_MS = 3_000;

/**
 * Copies a text that is on the page.
 * @param noun what is copied, such as "key"
 * @returns whether it was "copied", for three seconds, or "failed", until the next attempt; the outcome in words; and `copy`,
 *   which returns whether the text is on the clipboard
 */
export function useCopy(noun: string) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  useEffect(() => {
    if (state !== "copied") return;
    const timer = setTimeout(() => setState("idle"), COPIED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async (text: string, select: () => void): Promise<boolean> => {
    const copied = await copyText(text, select);
    setState(copied ? "copied" : "failed");
    return copied;
  };
  const status = {
    idle: "",
    copied: `${noun.charAt(0).toUpperCase()}${noun.slice(1)} copied to the clipboard.`,
    failed: `The browser blocked copying. Select the ${noun} and copy it with the keyboard.`,
  }[state];
  return { state, status, copy };
}

/**
 * Copies with the Clipboard API. Where that is missing or refuses, selects the text and asks the browser to copy: a hidden
 * textarea would lose its focus to a dialog's focus trap.
 * @param select selects exactly this text on the page
 */
async function copyText(text: string, select: () => void): Promise<boolean> {
  if (window.isSecureContext && "clipboard" in navigator) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Permission refused or the page is not focused: the older way below may still work.
    }
  }
  try {
    const focused = document.activeElement;
    select();
    // Deprecated, but the only way without a secure context.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const copied = document.execCommand("copy");
    // To select a text field's text moves the focus there. Where copying failed it stays, for the person to copy by the keyboard.
    if (copied && focused instanceof HTMLElement) focused.focus();
    return copied;
  } catch {
    return false;
  }
}

/** Selects the text of an element. */
export function selectText(element: HTMLElement | null): void {
  if (element) window.getSelection()?.selectAllChildren(element);
}

/** A copy button; `copied` shows that it worked. @param label what it copies, for screen readers */
export function CopyButton({
  copied,
  label,
  ...rest
}: Omit<ComponentProps<typeof Button>, "children"> & { copied: boolean; label?: string }) {
  const Icon = copied ? Check : Copy;
  return (
    <Button {...rest}>
      <Icon aria-hidden className={rest.small ? "size-3.5" : "size-4"} />
      <span>{copied ? "Copied" : "Copy"}</span>
      {label ? <span className="sr-only">{label}</span> : null}
    </Button>
  );
}
