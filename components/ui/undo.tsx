"use client";

import { createContext, useCallback, useContext, useEffect, useRef, useState, type ReactNode } from "react";

import { Notice } from "@/components/ui/notice";

/** Something that was just done and can be undone. */
interface Done {
  readonly text: string;
  /** What did it, which gets the focus back. */
  readonly control: HTMLElement;
  /** Undoes it. @returns why that failed; null after a success */
  readonly undo: () => Promise<ReactNode>;
  /** What to say once it is undone. */
  readonly undone: string;
}

const Offer = createContext<(done: Done | null) => void>(() => undefined);

/** Offers to undo what was just done, or nothing any more. Needs an {@link UndoHost} above. */
export const useUndo = () => useContext(Offer);

/** Below it, what was done can be undone for a moment, in a notice. */
export function UndoHost({ children }: { children: ReactNode }) {
  const [done, setDone] = useState<Done | null>(null);
  const [outcome, setOutcome] = useState<{ readonly text: ReactNode; readonly isError: boolean } | null>(null);
  const host = useRef<HTMLDivElement>(null);

  // The control may go with its row, from a list of only those that are on.
  useEffect(() => {
    if (done && !done.control.isConnected && document.activeElement === document.body) host.current?.focus();
  });

  const offer = useCallback((next: Done | null) => {
    setDone(next);
    setOutcome(null);
  }, []);
  const undo = async ({ control, undo: run, undone }: Done) => {
    setDone(null);
    (control.isConnected ? control : host.current)?.focus();
    const problem = await run();
    setOutcome({ text: problem ?? undone, isError: problem !== null });
  };
  return (
    <Offer value={offer}>
      <div ref={host} tabIndex={-1} className="outline-none">
        {children}
      </div>
      <Notice
        text={done?.text ?? outcome?.text}
        isError={outcome?.isError ?? false}
        action={done ? { label: "Undo", run: () => void undo(done) } : undefined}
        onDismiss={() => offer(null)}
      />
    </Offer>
  );
}
