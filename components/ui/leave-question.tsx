"use client";

import { createContext, useContext, useEffect, useLayoutEffect, useRef } from "react";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";

/** The question before closing a dialog loses something. */
export interface Loss {
  readonly title: string;
  readonly text: string;
  readonly stay?: string;
  readonly leave?: string;
}

const TYPED: Loss = {
  title: "Discard your changes?",
  text: "What you typed or chose hasn’t been saved.",
  stay: "Keep editing",
  leave: "Discard",
};

/** What a dialog gives to its content. */
export interface DialogScope {
  /** Receives what closing the dialog would lose. */
  readonly onLoss: (loss: Loss | null) => void;
  /** Called when a server action begins and ends, so that the dialog does not close during it. */
  readonly onBusy: (busy: boolean) => void;
  /** Closes the dialog; asks first if something would be lost. */
  readonly onClose: () => void;
  /** Closes the dialog without a question. */
  readonly onCancel: () => void;
}

const ignore = () => undefined;

/** Outside a dialog there is nothing to close. */
export const DialogContext = createContext<DialogScope>({
  onLoss: ignore,
  onBusy: ignore,
  onClose: ignore,
  onCancel: ignore,
});

/**
 * Makes the dialog ask before Escape, its close button, Back or leaving the site loses something.
 * @param loss what would be lost; null for nothing. Must be the same object while nothing changed
 */
export function useLoss(loss: Loss | null): void {
  const { onLoss } = useContext(DialogContext);
  // A layout effect: the dialog must know before the next key press, which a passive effect's update may miss.
  useLayoutEffect(() => {
    onLoss(loss);
    return () => onLoss(null);
  }, [onLoss, loss]);
}

/** Makes the dialog ask before changes to a form are lost. */
export function useUnsaved(dirty: boolean): void {
  useLoss(dirty ? TYPED : null);
}

/** The question, with the safe answer focused. */
export function LeaveQuestion({
  loss: { title, text, stay: stayLabel = "Keep it open", leave = "Close anyway" },
  onStay,
  onLeave,
}: {
  loss: Loss;
  onStay: () => void;
  onLeave: () => void;
}) {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    stay.current?.focus();
  }, []);
  return (
    <Callout tone="bad" alert>
      <p className="font-semibold">{title}</p>
      <p>{text}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button ref={stay} small onClick={onStay}>
          {stayLabel}
        </Button>
        <Button small look="danger" onClick={onLeave}>
          {leave}
        </Button>
      </div>
    </Callout>
  );
}
