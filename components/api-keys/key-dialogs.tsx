"use client";

import { createContext, useCallback, useContext, useMemo, type ReactNode } from "react";

import type { KeyStep } from "@/components/api-keys/key-dialog";
import type { Issued, KeyView } from "@/components/api-keys/key-view";
import { Notice } from "@/components/ui/notice";
import { NOT_LOADED, onDemand, prepare, useOnDemand } from "@/components/hooks/use-on-demand";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import type { ActionResult } from "@/lib/auth/action-result";
import type { IssuedOnce } from "@/lib/api-keys/issue-once";
import type { CreateKeyInput, RevokeKeyInput, RotateKeyInput } from "@/lib/api-keys/schemas";

/** The server actions of the page, handed in so that the dialogs depend on no route. */
export interface KeyActions {
  create: (input: CreateKeyInput) => Promise<ActionResult<IssuedOnce<Issued>>>;
  rotate: (input: RotateKeyInput) => Promise<ActionResult<IssuedOnce<Issued>>>;
  revoke: (input: RevokeKeyInput) => Promise<ActionResult<{ revoked: boolean }>>;
}

interface KeyDialogs {
  /** Fetches the dialogs' code, which a click is about to need. */
  prepare: () => void;
  openCreate: () => void;
  openRotate: (target: KeyView) => void;
  openRevoke: (target: KeyView) => void;
}

// Forms and modal dialogs are most of the page's code, and most visits open none.
const dialog = onDemand(() => import("@/components/api-keys/key-dialog"));

const Context = createContext<KeyDialogs | null>(null);

/** Opens the page's dialogs. */
export function useKeyDialogs(): KeyDialogs {
  const dialogs = useContext(Context);
  if (!dialogs) throw new Error("useKeyDialogs needs KeyDialogsProvider above it");
  return dialogs;
}

/** What to say once a step is left: a key that was shown is there, copied or not. */
function saidOf(step: KeyStep): string {
  if (step.kind !== "reveal") return "";
  return `${step.rotated ? "Rotated" : "Created"} ${step.issued.name}.`;
}

/**
 * Holds the one dialog of the keys page above its table, so that a refreshed list never wipes a key that is shown;
 * the list is refreshed after the dialog closed, and now and then while none is open.
 */
export function KeyDialogsProvider({ actions, children }: { actions: KeyActions; children: ReactNode }) {
  const { step, setStep, leaving, form, notice, setNotice, fallbackFocus, open, finish, refreshAfterFailure } =
    useListDialog<KeyStep>(saidOf);
  const checked = useMemo<KeyActions>(
    () => ({
      create: refreshAfterFailure(actions.create),
      rotate: refreshAfterFailure(actions.rotate),
      revoke: refreshAfterFailure(actions.revoke),
    }),
    [actions, refreshAfterFailure],
  );

  const dialogs = useMemo<KeyDialogs>(() => {
    return {
      prepare: () => {
        prepare(dialog);
      },
      openCreate: () => {
        open({ kind: "create" });
      },
      openRotate: (target) => {
        open({ kind: "rotate", target });
      },
      openRevoke: (target) => {
        open({ kind: "revoke", target });
      },
    };
  }, [open]);

  // Keys expire and are used while nobody clicks.
  useBackgroundRefresh(step === null);

  const notLoaded = useCallback(() => {
    setStep(null);
    setNotice(NOT_LOADED);
  }, [setStep, setNotice]);
  const part = useOnDemand(dialog, step !== null, notLoaded);

  return (
    <Context value={dialogs}>
      <div ref={fallbackFocus} tabIndex={-1} role="group" aria-label="API keys" className="outline-none">
        {children}
      </div>
      {part ? (
        <part.KeyDialog
          step={step}
          setStep={setStep}
          actions={checked}
          leaving={leaving}
          form={form}
          onFinish={finish}
        />
      ) : null}
      <Notice
        text={notice}
        lasting={notice === NOT_LOADED}
        onDismiss={() => {
          setNotice("");
        }}
      />
    </Context>
  );
}
