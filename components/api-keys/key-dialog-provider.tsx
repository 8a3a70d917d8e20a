"use client";

import { Plus } from "lucide-react";
import { createContext, useContext, useEffect, useEffectEvent, useState, type ReactNode } from "react";

import type * as KeyDialogModule from "@/components/api-keys/key-dialog";
import { stepNotice, type KeyActions, type KeyStep, type KeyView } from "@/components/api-keys/key-steps";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { Button } from "@/components/ui/button";
import { DialogHost } from "@/components/ui/notice";

const NOT_LOADED = "This couldn’t be loaded. Check your connection, reload the page and try again.";

let loaded: typeof KeyDialogModule | null = null;
let loading: Promise<typeof KeyDialogModule> | null = null;

/**
 * Fetches the dialog once: forms and modal dialogs are most of the page's code, and most visits open none (docs/decisions/028).
 * A failure is not cached, unlike that of `React.lazy`: offline, or the server has a newer version.
 */
function loadDialog(): Promise<typeof KeyDialogModule> {
  loading ??= import("@/components/api-keys/key-dialog").then(
    (module) => (loaded = module),
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

// A failure shows once the dialog is needed.
const prepareDialog = () => void loadDialog().catch(() => undefined);

/** For a button that opens the dialog: fetches the dialog's code, which a click is about to need. */
export const preparesDialog = { onPointerEnter: prepareDialog, onFocus: prepareDialog };

/** For what is inside the provider: opens the page's dialog, or calls an action without one and reports its outcome. */
interface KeyPage {
  readonly open: (step: KeyStep) => void;
  readonly finish: (notice: string) => void;
  readonly actions: KeyActions;
}
const KeyDialogs = createContext<KeyPage | null>(null);

/** @throws Error outside of {@link KeyDialogsProvider} */
export function useKeyDialogs(): KeyPage {
  const dialogs = useContext(KeyDialogs);
  if (!dialogs) throw new Error("useKeyDialogs needs a KeyDialogsProvider above it");
  return dialogs;
}

/** Holds the dialog of the keys page above its table, so that a refreshed list never discards a key that is shown. */
export function KeyDialogsProvider({ actions, children }: { actions: KeyActions; children: ReactNode }) {
  const { step, setStep, open, finish, host, ...rest } = useListDialog<KeyStep, KeyActions>(actions, stepNotice);
  const [, setFetched] = useState(false);
  const wanted = step !== null;
  useBackgroundRefresh(!wanted);
  const onFailure = useEffectEvent(() => {
    setStep(null);
    host.setNotice(NOT_LOADED);
  });
  useEffect(() => {
    if (!wanted || loaded) return;
    let gone = false;
    loadDialog().then(
      () => gone || setFetched(true),
      () => gone || onFailure(),
    );
    return () => {
      gone = true;
    };
  }, [wanted]);
  const page = { open, finish, actions: rest.actions };
  return (
    <KeyDialogs value={page}>
      <DialogHost label="API keys" host={host} isError={host.notice === NOT_LOADED}>
        {children}
      </DialogHost>
      {loaded ? <loaded.KeyDialog {...rest} step={step} onStep={setStep} onFinish={finish} /> : null}
    </KeyDialogs>
  );
}

/** Opens the create dialog. */
export function CreateKeyButton() {
  const { open } = useKeyDialogs();
  return (
    <Button look="primary" {...preparesDialog} onClick={() => open({ kind: "create" })}>
      <Plus aria-hidden className="size-4" />
      <span>Create API key</span>
    </Button>
  );
}

/** The buttons of a working key. Each names its key, so that it makes sense outside the row. */
export function KeyRowButtons({ target }: { target: KeyView }) {
  const { open } = useKeyDialogs();
  const { isOldKey, name, display } = target;
  const small = { small: true, ...preparesDialog };
  return (
    <div className="flex gap-1.5 lg:justify-end lg:max-xl:flex-col">
      {isOldKey ? null : (
        <>
          <Button {...small} aria-label={`Edit ${name}`} onClick={() => open({ kind: "edit", target })}>
            Edit
          </Button>
          <Button {...small} aria-label={`Rotate ${name}`} onClick={() => open({ kind: "rotate", target })}>
            Rotate
          </Button>
        </>
      )}
      <Button
        {...small}
        look="caution"
        aria-label={isOldKey ? `Revoke old key ${display} of ${name}` : `Revoke ${name}`}
        onClick={() => open({ kind: "revoke", target })}
      >
        Revoke
      </Button>
    </div>
  );
}
