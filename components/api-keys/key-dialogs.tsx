"use client";

import { createContext, useCallback, useContext, useMemo, type ReactNode } from "react";

import { CreateKeyForm } from "@/components/api-keys/create-key-form";
import type { Issued, KeyView } from "@/components/api-keys/key-view";
import { RevealKey } from "@/components/api-keys/reveal-key";
import { RevokeKeyForm } from "@/components/api-keys/revoke-key-form";
import { RotateKeyForm } from "@/components/api-keys/rotate-key-form";
import { useLeaveGuard } from "@/components/ui/use-leave-guard";
import { useListDialog } from "@/components/ui/use-list-dialog";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { useBackgroundRefresh } from "@/components/ui/use-background-refresh";
import type { ActionResult } from "@/lib/action-result";
import type { CreateKeyInput, RevokeKeyInput, RotateKeyInput } from "@/lib/keys/schemas";

/** The server actions of the page, handed in so that the dialogs depend on no route. */
export interface KeyActions {
  create: (input: CreateKeyInput) => Promise<ActionResult<Issued>>;
  rotate: (input: RotateKeyInput) => Promise<ActionResult<Issued>>;
  revoke: (input: RevokeKeyInput) => Promise<ActionResult<{ revoked: boolean }>>;
}

type Step =
  | { kind: "create" }
  | { kind: "rotate"; target: KeyView }
  | { kind: "revoke"; target: KeyView }
  | { kind: "reveal"; issued: Issued; rotated: boolean; copied: boolean; asking: boolean };

interface KeyDialogs {
  openCreate: () => void;
  openRotate: (target: KeyView) => void;
  openRevoke: (target: KeyView) => void;
}

const Context = createContext<KeyDialogs | null>(null);

/** Opens the page's dialogs. */
export function useKeyDialogs(): KeyDialogs {
  const dialogs = useContext(Context);
  if (!dialogs) throw new Error("useKeyDialogs needs KeyDialogsProvider above it");
  return dialogs;
}

/**
 * Holds the one dialog of the keys page above its table, so that a refreshed list never wipes a key that is shown;
 * the list is refreshed after the dialog closed, and now and then while none is open.
 */
export function KeyDialogsProvider({ actions, children }: { actions: KeyActions; children: ReactNode }) {
  const { step, setStep, busy, setBusy, dirty, setDirty, notice, setNotice, fallbackFocus, open, finish } =
    useListDialog<Step>();

  const dialogs = useMemo<KeyDialogs>(() => {
    return {
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

  const unsaved = step?.kind === "reveal" && !step.copied;
  const ask = useCallback(() => {
    setStep((current) => (current?.kind === "reveal" ? { ...current, asking: true } : current));
  }, [setStep]);
  const stay = useCallback(() => undefined, []);
  useLeaveGuard(
    unsaved || busy || (dirty && step !== null && step.kind !== "reveal"),
    unsaved ? ask : busy ? stay : null,
  );

  const close = () => {
    // While the server works its answer may be a key that is shown only once.
    if (busy) return;
    if (step?.kind !== "reveal") setStep(null);
    else if (unsaved) ask();
    else done();
  };
  const cancel = () => {
    if (!busy) setStep(null);
  };
  const reveal = (issued: Issued, rotated: boolean) => {
    setStep({ kind: "reveal", issued, rotated, copied: false, asking: false });
  };
  const done = () => {
    if (step?.kind === "reveal") finish(`${step.rotated ? "Rotated" : "Created"} ${step.issued.name}.`);
  };

  return (
    <Context value={dialogs}>
      <div ref={fallbackFocus} tabIndex={-1} role="group" aria-label="API keys" className="outline-none">
        {children}
      </div>
      <Dialog
        open={step !== null}
        title={titleOf(step)}
        onClose={close}
        onInput={() => {
          setDirty(true);
        }}
      >
        {step?.kind === "create" ? (
          <CreateKeyForm
            create={actions.create}
            onBusy={setBusy}
            onCancel={cancel}
            onCreated={(issued) => {
              reveal(issued, false);
            }}
          />
        ) : null}
        {step?.kind === "rotate" ? (
          <RotateKeyForm
            target={step.target}
            rotate={actions.rotate}
            onBusy={setBusy}
            onCancel={cancel}
            onRotated={(issued) => {
              reveal(issued, true);
            }}
          />
        ) : null}
        {step?.kind === "revoke" ? (
          <RevokeKeyForm
            target={step.target}
            revoke={actions.revoke}
            onBusy={setBusy}
            onCancel={cancel}
            onRevoked={(revoked) => {
              const { name } = step.target;
              finish(revoked ? `Revoked ${name}. It no longer works.` : `${name} had been revoked already.`);
            }}
          />
        ) : null}
        {step?.kind === "reveal" ? (
          <RevealKey
            issued={step.issued}
            asking={step.asking}
            onCopied={() => {
              setStep({ ...step, copied: true, asking: false });
            }}
            onKeepOpen={() => {
              setStep({ ...step, asking: false });
            }}
            onDone={done}
          />
        ) : null}
      </Dialog>
      <Notice
        text={notice}
        onDismiss={() => {
          setNotice("");
        }}
      />
    </Context>
  );
}

function titleOf(step: Step | null): string {
  switch (step?.kind) {
    case undefined:
      return "";
    case "create":
      return "Create API key";
    case "rotate":
      return `Rotate ${step.target.name}`;
    case "revoke":
      return `Revoke ${step.target.name}`;
    case "reveal":
      return step.rotated ? `New key of ${step.issued.name}` : `Your new key: ${step.issued.name}`;
  }
}
