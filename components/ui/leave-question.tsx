"use client";

import { useContext, useEffect, useLayoutEffect, useRef } from "react";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { DialogContext, type Loss } from "@/components/ui/dialog-context";

const TYPED: Loss = {
  title: "Discard your changes?",
  text: "What you typed or chose hasn’t been saved.",
  stay: "Keep editing",
  leave: "Discard",
};

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
      <p className="text-ink">{text}</p>
      <div className="mt-3 flex flex-wrap gap-2">
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
