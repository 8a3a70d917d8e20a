"use client";

import { createContext, useContext, useEffect, useRef } from "react";

import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";

/** What closing a dialog would lose, as the question that is asked first. */
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

/** How the content of a dialog says what closing would lose. */
export const LossContext = createContext<(loss: Loss | null) => void>(() => undefined);

/**
 * Has the dialog ask before Escape, its close button, Back and leaving the site lose something.
 * @param loss what would be lost; null for nothing. The same object while nothing changed
 */
export function useLoss(loss: Loss | null): void {
  const report = useContext(LossContext);
  useEffect(() => {
    report(loss);
    return () => report(null);
  }, [report, loss]);
}

/** Has the dialog ask before a form is lost in which something differs from what it began with. */
export function useUnsaved(dirty: boolean): void {
  useLoss(dirty ? TYPED : null);
}

/** The question itself, with the safe answer focused. */
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
