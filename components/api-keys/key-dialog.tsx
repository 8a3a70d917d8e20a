"use client";

import type { Dispatch, SetStateAction } from "react";

import { CreateKeyForm } from "@/components/api-keys/create-key-form";
import type { KeyActions } from "@/components/api-keys/key-dialogs";
import type { Issued, KeyView } from "@/components/api-keys/key-view";
import { RevealKey } from "@/components/api-keys/reveal-key";
import { RevokeKeyForm } from "@/components/api-keys/revoke-key-form";
import { RotateKeyForm } from "@/components/api-keys/rotate-key-form";
import { Dialog } from "@/components/ui/dialog";

/** What the dialog shows. */
export type KeyStep =
  | { kind: "create" }
  | { kind: "rotate"; target: KeyView }
  | { kind: "revoke"; target: KeyView }
  | { kind: "reveal"; issued: Issued; rotated: boolean; copied: boolean; asking: boolean };

/**
 * The one dialog of the keys page, in all its steps: the answer to a form is a key that is shown only once, so nothing may
 * have to be fetched in between.
 * @param onFinish told once it is closed for good, with what to say
 */
export function KeyDialog({
  step,
  setStep,
  actions,
  busy,
  onBusy,
  onInput,
  onFinish,
}: {
  step: KeyStep | null;
  setStep: Dispatch<SetStateAction<KeyStep | null>>;
  actions: KeyActions;
  busy: boolean;
  onBusy: (busy: boolean) => void;
  onInput: () => void;
  onFinish: (message: string) => void;
}) {
  const close = () => {
    // While the server works its answer may be a key that is shown only once.
    if (busy) return;
    if (step?.kind !== "reveal") setStep(null);
    else if (step.copied) done();
    else setStep({ ...step, asking: true });
  };
  const cancel = () => {
    if (!busy) setStep(null);
  };
  const reveal = (issued: Issued, rotated: boolean) => {
    setStep({ kind: "reveal", issued, rotated, copied: false, asking: false });
  };
  const done = () => {
    if (step?.kind === "reveal") onFinish(`${step.rotated ? "Rotated" : "Created"} ${step.issued.name}.`);
  };

  return (
    <Dialog open={step !== null} title={titleOf(step)} onClose={close} onInput={onInput}>
      {step?.kind === "create" ? (
        <CreateKeyForm
          create={actions.create}
          onBusy={onBusy}
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
          onBusy={onBusy}
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
          onBusy={onBusy}
          onCancel={cancel}
          onRevoked={(revoked) => {
            const { name } = step.target;
            onFinish(revoked ? `Revoked ${name}. It no longer works.` : `${name} had been revoked already.`);
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
  );
}

function titleOf(step: KeyStep | null): string {
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
