"use client";

import { createContext, useCallback, type ReactNode } from "react";

import { stepNotice, type KeyActions, type KeyStep } from "@/components/api-keys/key-steps";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { NOT_LOADED, onDemand, prepare, useOnDemand } from "@/components/hooks/use-on-demand";
import { DialogHost } from "@/components/ui/dialog-host";

// Forms and modal dialogs are most of the page's code, and most visits open none.
const dialog = onDemand(() => import("@/components/api-keys/key-dialog"));

/** Opens the page's dialog. */
export const OpenKeyDialog = createContext<(step: KeyStep) => void>(() => undefined);

const prepareDialog = () => prepare(dialog);

/** For a button that opens the dialog: fetches the dialog's code, which a click is about to need. */
export const preparesDialog = { onPointerEnter: prepareDialog, onFocus: prepareDialog };

/** Holds the dialog of the keys page above its table, so that a refreshed list never discards a key that is shown. */
export function KeyDialogsProvider({ actions, children }: { actions: KeyActions; children: ReactNode }) {
  const { step, setStep, open, finish, host, ...rest } = useListDialog<KeyStep, KeyActions>(actions, stepNotice);
  useBackgroundRefresh(step === null);
  const { setNotice, notice } = host;
  const notLoaded = useCallback(() => {
    setStep(null);
    setNotice(NOT_LOADED);
  }, [setStep, setNotice]);
  const part = useOnDemand(dialog, step !== null, notLoaded);
  return (
    <OpenKeyDialog value={open}>
      <DialogHost label="API keys" host={host} isError={notice === NOT_LOADED}>
        {children}
      </DialogHost>
      {part ? <part.KeyDialog {...rest} step={step} onStep={setStep} onFinish={finish} /> : null}
    </OpenKeyDialog>
  );
}
