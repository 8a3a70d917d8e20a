"use client";

import { CreateKeyForm } from "@/components/api-keys/create-key-form";
import { stepTitle, type KeyActions, type KeyStep } from "@/components/api-keys/key-steps";
import { LostKeyForm } from "@/components/api-keys/lost-key-form";
import { RevealKey } from "@/components/api-keys/reveal-key";
import { RevokeKeyForm } from "@/components/api-keys/revoke-key-form";
import { RotateKeyForm } from "@/components/api-keys/rotate-key-form";
import type { Leaving } from "@/components/hooks/use-list-dialog";
import { Dialog } from "@/components/ui/dialog";

interface Props {
  readonly actions: KeyActions;
  readonly leaving: Leaving;
  readonly onStep: (next: KeyStep) => void;
  /** Closes the dialog, with a notice. */
  readonly onFinish: (notice: string) => void;
}

/** The one dialog of the keys page. All its steps are one piece of code: a key that is shown only once must not wait for more. */
export function KeyDialog({ step, ...props }: Props & { step: KeyStep | null }) {
  const { leaving } = props;
  return (
    <Dialog
      open={step !== null}
      title={step ? stepTitle(step) : ""}
      face={step?.kind}
      onClose={leaving.onClose}
      leaving={leaving}
    >
      {step ? <Step step={step} {...props} /> : null}
    </Dialog>
  );
}

function Step({ step, actions, onStep, onFinish }: Props & { step: KeyStep }) {
  switch (step.kind) {
    case "create":
      return <CreateKeyForm create={actions.create} again={step.again} onStep={onStep} />;
    case "rotate":
      return <RotateKeyForm rotate={actions.rotate} target={step.target} onStep={onStep} />;
    case "lost":
      // A replacement can get lost too: the next one is a form of its own, with its own attempt.
      return <LostKeyForm key={step.lost.id} actions={actions} step={step} onStep={onStep} />;
    case "revoke":
      return <RevokeKeyForm revoke={actions.revoke} target={step.target} onFinish={onFinish} />;
    case "reveal":
      return <RevealKey issued={step.issued} />;
  }
}
