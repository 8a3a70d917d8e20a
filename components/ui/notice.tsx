"use client";

import { X } from "lucide-react";

/** What just happened, announced to screen readers and shown at the foot of the window until dismissed. */
export function Notice({ text, onDismiss }: { text: string; onDismiss: () => void }) {
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-30 flex justify-center px-4">
      {text ? (
        <div className="pointer-events-auto flex max-w-lg items-center gap-3 rounded-md bg-ink py-2 pr-2 pl-4 text-surface shadow-lg">
          <span className="min-w-0 break-words">{text}</span>
          <button
            type="button"
            aria-label="Dismiss"
            onClick={onDismiss}
            className="grid size-6 shrink-0 place-items-center rounded outline-surface hover:opacity-75 focus-visible:outline-current"
          >
            <X aria-hidden className="size-4" />
          </button>
        </div>
      ) : null}
    </div>
  );
}
