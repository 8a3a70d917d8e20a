"use client";

import { createContext, useContext, useEffect, useRef } from "react";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";

/** The question before closing a dialog loses something. */
export interface Loss {
  readonly title: string;
  readonly text: string;
  readonly stay: string;
  readonly leave: string;
}

const TYPED: Loss = {
  title: "Discard your changes?",
  text: "What you typed or chose hasn’t been saved.",
  stay: "Keep editing",
  leave: "Discard",
};

/** Receives what closing the dialog would lose. */
export const LossContext = createContext<(loss: Loss | null) => void>(() => undefined);

/**
 * Makes the dialog ask before Escape, its close button, Back or leaving the site loses something.
 * @param loss what would be lost; null for nothing. Must be the same object while nothing changed
 */
export function useLoss(loss: Loss | null): void {
  const report = useContext(LossContext);
  useEffect(() => {
    report(loss);
    return () => report(null);
  }, [report, loss]);
}

/** Makes the dialog ask before changes to a form are lost. */
export function useUnsaved(dirty: boolean): void {
  useLoss(dirty ? TYPED : null);
}

/** The question, with the safe answer focused. */
export function LeaveQuestion({ loss, onStay, onLeave }: { loss: Loss; onStay: () => void; onLeave: () => void }) {
  const stay = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    stay.current?.focus();
  }, []);
  return (
    <Callout tone="bad" alert>
      <p className="font-semibold">{loss.title}</p>
      <p>{loss.text}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button ref={stay} small onClick={onStay}>
          {loss.stay}
        </Button>
        <Button small look="danger" onClick={onLeave}>
          {loss.leave}
        </Button>
      </div>
    </Callout>
  );
}
