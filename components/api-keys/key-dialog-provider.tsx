"use client";

import { Plus } from "lucide-react";
import { createContext, useContext, type ReactNode } from "react";

import { stepNotice, type KeyActions, type KeyStep, type KeyView } from "@/components/api-keys/dialog/steps";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useDialogLink } from "@/components/hooks/use-dialog-link";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { NOT_LOADED, useModule } from "@/components/hooks/use-module";
import { Button } from "@/components/ui/button";
import { earlyClick } from "@/components/ui/early-click";
import { DialogHost } from "@/components/ui/notice";

// Forms and modal dialogs are most of the page's code, and most visits open none (docs/decisions/028).
const load = () => import("@/components/api-keys/dialog/key-dialog");

/** For what is inside the provider: opens the page's dialog, or calls an action without one and reports its outcome. */
export interface KeyPage {
  readonly open: (step: KeyStep) => void;
  /** For a button that opens the dialog: fetches the dialog's code, which a click is about to need. */
  readonly prepares: { readonly onPointerEnter: () => void; readonly onFocus: () => void };
  /** @param undo what the notice offers to undo it */
  readonly finish: (notice: string, undo?: () => void) => void;
  readonly actions: KeyActions;
}
const KeyDialogs = createContext<KeyPage | null>(null);

/** @throws Error outside of {@link KeyDialogsProvider} */
export function useKeyDialogs(): KeyPage {
  const dialogs = useContext(KeyDialogs);
  if (!dialogs) throw new Error("useKeyDialogs needs a KeyDialogsProvider above it");
  return dialogs;
}

/** The dialogs that a link to a page can open. @param target the key that the page is about, while it works */
function linkedSteps(target: KeyView | null): Readonly<Record<string, KeyStep>> {
  if (!target) return { create: { kind: "create" } };
  if (target.isOldKey) return { revoke: { kind: "revoke", target } };
  return { rotate: { kind: "rotate", target }, revoke: { kind: "revoke", target } };
}

/**
 * Holds the dialog of the keys page above its table, so that a refreshed list never discards a key that is shown.
 * @param target the key that the page is about, while it works
 */
export function KeyDialogsProvider({
  actions,
  target = null,
  children,
}: {
  actions: KeyActions;
  target?: KeyView | null;
  children: ReactNode;
}) {
  const { step, setStep, open: show, finish, host, ...rest } = useListDialog<KeyStep, KeyActions>(actions, stepNotice);
  const { module, prepare, failed } = useModule(load);
  const open = (next: KeyStep, note?: ReactNode) => {
    prepare();
    show(next, note);
  };
  useBackgroundRefresh(step === null);
  useDialogLink<KeyStep>(step ? {} : linkedSteps(target), open);
  if (failed && step) {
    setStep(null);
    host.setNotice(NOT_LOADED);
  }
  const prepares = { onPointerEnter: prepare, onFocus: prepare };
  const page = { open, prepares, finish, actions: rest.actions };
  return (
    <KeyDialogs value={page}>
      <DialogHost label="API keys" host={host} isError={host.notice === NOT_LOADED}>
        {children}
      </DialogHost>
      {module ? <module.KeyDialog {...rest} step={step} onStep={setStep} onFinish={finish} /> : null}
    </KeyDialogs>
  );
}

/** Opens the create dialog. */
export function CreateKeyButton() {
  const { open, prepares } = useKeyDialogs();
  return (
    <Button look="primary" {...prepares} {...earlyClick(() => open({ kind: "create" }))}>
      <Plus aria-hidden className="size-4" />
      <span>Create API key</span>
    </Button>
  );
}

/**
 * The buttons of a working key. Each names its key, so that it makes sense outside the row.
 * @param inRow quietly, as one of many rows
 */
export function KeyRowButtons({ target, inRow = false }: { target: KeyView; inRow?: boolean }) {
  const { open, prepares } = useKeyDialogs();
  const { isOldKey, name, display } = target;
  const small = { small: inRow, look: inRow ? ("quiet" as const) : ("plain" as const), ...prepares };
  return (
    <div className={inRow ? "-mx-2 flex gap-0.5 md:mx-0 md:justify-end" : "flex flex-wrap gap-2"}>
      {isOldKey ? null : (
        <>
          <Button
            {...small}
            {...(inRow && { className: "md:max-xl:hidden" })}
            aria-label={`Edit ${name}`}
            onClick={() => open({ kind: "edit", target })}
          >
            Edit
          </Button>
          <Button {...small} aria-label={`Rotate ${name}`} onClick={() => open({ kind: "rotate", target })}>
            Rotate
          </Button>
        </>
      )}
      <Button
        {...small}
        {...(inRow && { look: "caution" as const })}
        aria-label={isOldKey ? `Revoke old key ${display} of ${name}` : `Revoke ${name}`}
        onClick={() => open({ kind: "revoke", target })}
      >
        Revoke
      </Button>
    </div>
  );
}
