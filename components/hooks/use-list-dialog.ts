"use client";

import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { useCheckedRefresh } from "@/components/hooks/use-checked-refresh";
import { useLeaveGuard } from "@/components/hooks/use-leave-guard";
import type { Loss } from "@/components/ui/dialog-context";
import type { ActionResult } from "@/lib/auth/action-result";

type Action = (input: never) => Promise<ActionResult<unknown>>;

/**
 * The one dialog above a list: its step, whether a server action is running, what closing would lose, and the notice once
 * it is closed, when the list is refreshed and the focus restored.
 * @param actions the server actions that the dialog calls
 * @param noticeFor the notice once a step is left; "" for none
 * @returns among others the actions, each of which refreshes the list when it fails
 */
export function useListDialog<Step, All extends Readonly<Record<keyof All, Action>>>(
  actions: All,
  noticeFor: (step: Step) => string = () => "",
) {
  const { refresh, refreshing, refreshAfterFailure } = useCheckedRefresh();
  const [{ step, note }, show] = useState<{ step: Step | null; note?: ReactNode }>({ step: null });
  const setStep = (next: Step | null) => show({ step: next });
  const [busy, setBusy] = useState(false);
  const [loss, setLoss] = useState<Loss | null>(null);
  const [asking, setAsking] = useState(false);
  const [notice, setNotice] = useState("");
  const [undo, setUndo] = useState<(() => void) | null>(null);
  const fallbackFocus = useRef<HTMLDivElement>(null);
  const restoreFocus = useRef(false);

  const checked = useMemo(() => {
    const wrapped = Object.entries<Action>(actions).map(([name, action]) => [name, refreshAfterFailure(action)]);
    return Object.fromEntries(wrapped) as All;
  }, [actions, refreshAfterFailure]);

  const open = useCallback((step: Step, note?: ReactNode) => {
    setNotice("");
    show({ step, note });
  }, []);
  const finish = (message: string, undoing: (() => void) | null = null) => {
    setStep(null);
    setAsking(false);
    setNotice(message);
    setUndo(() => undoing);
    restoreFocus.current = true;
    refresh();
  };
  const leave = () => {
    if (step !== null) finish(noticeFor(step));
  };
  // Escape, the close button, Back, Done. A running action may respond with something that is shown only once.
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

  // The button that opened the dialog may be gone with its row: then the list gets the focus.
  useEffect(() => {
    if (refreshing || step || !restoreFocus.current) return;
    restoreFocus.current = false;
    if (document.activeElement === null || document.activeElement === document.body) fallbackFocus.current?.focus();
  }, [refreshing, step]);

  return {
    step,
    setStep,
    open,
    finish,
    actions: checked,
    /** For the dialog, so that it asks before something in it is lost. */
    leaving: {
      question: asking ? loss : null,
      onClose,
      onStay: () => setAsking(false),
      onLeave: leave,
      scope: {
        step,
        note,
        onLoss,
        onBusy: setBusy,
        onClose,
        onCancel: () => (busy ? undefined : leave()),
      },
    },
    /** For {@link DialogHost}. */
    host: { notice, undo, setNotice, fallbackFocus },
  };
}

/** What a dialog needs to ask before something in it is lost. */
export type Leaving = ReturnType<typeof useListDialog>["leaving"];
