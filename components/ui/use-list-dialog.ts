"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState, useTransition } from "react";

/**
 * The one dialog above a list: which step of it is shown, whether the server is at work on it, whether something was typed,
 * and what to say once it is done, when the list is refreshed and the focus finds a place.
 */
export function useListDialog<Step>() {
  const router = useRouter();
  const [step, setStep] = useState<Step | null>(null);
  const [busy, setBusy] = useState(false);
  /** Something was typed or chosen in the open form. */
  const [dirty, setDirty] = useState(false);
  const [notice, setNotice] = useState("");
  const [refreshing, startRefresh] = useTransition();
  const fallbackFocus = useRef<HTMLDivElement>(null);
  const restoreFocus = useRef(false);

  const open = useCallback((next: Step) => {
    setNotice("");
    setDirty(false);
    setStep(next);
  }, []);
  const finish = (message: string) => {
    setStep(null);
    setNotice(message);
    restoreFocus.current = true;
    startRefresh(() => {
      router.refresh();
    });
  };

  // The button that opened the dialog may be gone with its row: then the focus goes to the list.
  useEffect(() => {
    if (refreshing || step || !restoreFocus.current) return;
    restoreFocus.current = false;
    if (document.activeElement === null || document.activeElement === document.body) fallbackFocus.current?.focus();
  }, [refreshing, step]);

  return { step, setStep, busy, setBusy, dirty, setDirty, notice, setNotice, fallbackFocus, open, finish };
}
