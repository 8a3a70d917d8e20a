"use client";

import type { Dispatch, SetStateAction } from "react";

import { CreateKeyForm, type CreateValues } from "@/components/api-keys/create-key-form";
import type { KeyActions } from "@/components/api-keys/key-dialogs";
import type { Issued, KeyView } from "@/components/api-keys/key-view";
import { LostKeyForm, type LostStep } from "@/components/api-keys/lost-key-form";
import { RevealKey } from "@/components/api-keys/reveal-key";
import { RevokeKeyForm } from "@/components/api-keys/revoke-key-form";
import { RotateKeyForm } from "@/components/api-keys/rotate-key-form";
import { Dialog } from "@/components/ui/dialog";
import type { Leaving } from "@/components/hooks/use-list-dialog";

/** What the dialog shows. */
export type KeyStep =
  | { kind: "create"; again?: { values: CreateValues; revoked: string } }
  | { kind: "rotate"; target: KeyView }
  | { kind: "revoke"; target: KeyView }
  | LostStep
  | { kind: "reveal"; issued: Issued; rotated: boolean };

/**
 * The one dialog of the keys page, in all its steps: the answer to a form is a key that is shown only once, so nothing may
 * have to be fetched in between.
 * @param onFinish told once it is closed for good, with what to say
 */
export function KeyDialog({
  step,
  setStep,
  actions,
  leaving,
  form,
  onFinish,
}: {
  step: KeyStep | null;
  setStep: Dispatch<SetStateAction<KeyStep | null>>;
  actions: KeyActions;
  leaving: Leaving;
  form: { onBusy: (busy: boolean) => void; onCancel: () => void };
  onFinish: (message: string) => void;
}) {
  return (
    <Dialog open={step !== null} title={titleOf(step)} face={step?.kind} onClose={leaving.onClose} leaving={leaving}>
      {step?.kind === "create" ? (
        <CreateKeyForm
          {...form}
          create={actions.create}
          again={step.again}
          onCreated={(issued) => {
            setStep({ kind: "reveal", issued, rotated: false });
          }}
          onLost={(lost, values) => {
            setStep({ kind: "lost", lost, values });
          }}
        />
      ) : null}
      {step?.kind === "rotate" ? (
        <RotateKeyForm
          {...form}
          target={step.target}
          rotate={actions.rotate}
          onRotated={(issued) => {
            setStep({ kind: "reveal", issued, rotated: true });
          }}
          onLost={(lost, expiry) => {
            setStep({ kind: "lost", lost, expiry });
          }}
        />
      ) : null}
      {step?.kind === "lost" ? (
        <LostKeyForm
          {...form}
          // A replacement can get lost as well: the next one is a form of its own, with an attempt of its own.
          key={step.lost.id}
          step={step}
          actions={actions}
          onStep={setStep}
        />
      ) : null}
      {step?.kind === "revoke" ? (
        <RevokeKeyForm
          {...form}
          target={step.target}
          revoke={actions.revoke}
          onRevoked={(revoked) => {
            const { name } = step.target;
            onFinish(revoked ? `Revoked ${name}. It no longer works.` : `${name} was already revoked.`);
          }}
        />
      ) : null}
      {step?.kind === "reveal" ? <RevealKey issued={step.issued} onDone={leaving.onClose} /> : null}
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
    case "lost":
      return `${step.lost.name}: the key never arrived`;
    case "reveal":
      return step.rotated ? `New key for ${step.issued.name}` : `Your new key: ${step.issued.name}`;
  }
}
