"use client";

import { createContext, type ReactNode } from "react";

/** The question before closing a dialog loses something. */
export interface Loss {
  readonly title: string;
  readonly text: string;
  readonly stay?: string;
  readonly leave?: string;
}

/** What a dialog gives to its content. */
export interface DialogScope {
  /** What the dialog shows, for opening it again; null outside a dialog. */
  readonly step: unknown;
  /** What is said above the buttons of a form until it has been submitted. */
  readonly note: ReactNode;
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
  step: null,
  note: null,
  onLoss: ignore,
  onBusy: ignore,
  onClose: ignore,
  onCancel: ignore,
});
