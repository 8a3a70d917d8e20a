"use client";

import { useCallback, useEffect, useRef, useState } from "react";

import type { Loss } from "@/components/ui/leave-question";
import { useCheckedRefresh } from "@/components/hooks/use-checked-refresh";
import { useLeaveGuard } from "@/components/hooks/use-leave-guard";

/** What a dialog needs to ask before it loses something. */
export interface Leaving {
  /** The question that is asked, null for none. */
  readonly question: Loss | null;
  /** Escape, the close button, Back, and a button that ends the dialog. */
  readonly onClose: () => void;
  readonly onStay: () => void;
  readonly onLeave: () => void;
  /** Told what closing would lose. */
  readonly onLoss: (loss: Loss | null) => void;
}

/**
 * The one dialog above a list: which step of it is shown, whether the server is at work on it, what closing it would lose,
 * and what to say once it is closed, when the list is refreshed and the focus finds a place.
 * @param said what to say when this step is left; "" for nothing
 */
export function useListDialog<Step>(said: (step: Step) => string = () => "") {
  const { refresh, refreshing, refreshAfterFailure } = useCheckedRefresh();
  const [step, setStep] = useState<Step | null>(null);
  const [busy, setBusy] = useState(false);
  const [loss, setLoss] = useState<Loss | null>(null);
  const [asking, setAsking] = useState(false);
  const [notice, setNotice] = useState("");
  const fallbackFocus = useRef<HTMLDivElement>(null);
  const restoreFocus = useRef(false);

  const open = useCallback((next: Step) => {
    setNotice("");
    setStep(next);
  }, []);
  const finish = (message: string) => {
    setStep(null);
    setAsking(false);
    setNotice(message);
    restoreFocus.current = true;
    refresh();
  };
  const leave = () => {
    if (step !== null) finish(said(step));
  };
  // While the server works its answer may be something that is shown only once.
  const onClose = () => {
    if (busy) return;
    if (loss) setAsking(true);
    else leave();
  };
  const onLoss = useCallback((next: Loss | null) => {
    setLoss(next);
    if (!next) setAsking(false);
  }, []);
  useLeaveGuard(step !== null && (busy || loss !== null), onClose);

  // The button that opened the dialog may be gone with its row: then the focus goes to the list.
  useEffect(() => {
    if (refreshing || step || !restoreFocus.current) return;
    restoreFocus.current = false;
    if (document.activeElement === null || document.activeElement === document.body) fallbackFocus.current?.focus();
  }, [refreshing, step]);

  const leaving: Leaving = {
    question: asking ? loss : null,
    onClose,
    onStay: () => {
      setAsking(false);
    },
    onLeave: leave,
    onLoss,
  };
  /** For a form: its Cancel needs no question. */
  const form = {
    onBusy: setBusy,
    onCancel: () => {
      if (!busy) leave();
    },
  };
  return { step, setStep, leaving, form, notice, setNotice, fallbackFocus, open, finish, refreshAfterFailure };
}
