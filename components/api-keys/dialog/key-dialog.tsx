"use client";

import { CreateKeyForm } from "@/components/api-keys/dialog/create-form";
import { EditKeyForm } from "@/components/api-keys/dialog/edit-form";
import { KeyCard } from "@/components/api-keys/dialog/key-card";
import { LostKeyForm } from "@/components/api-keys/dialog/lost-key-form";
import { RevealKey } from "@/components/api-keys/dialog/reveal-key";
import { RevokeKeyForm } from "@/components/api-keys/dialog/revoke-form";
import { RevokeSelectedForm } from "@/components/api-keys/dialog/revoke-selected-form";
import { RotateKeyForm } from "@/components/api-keys/dialog/rotate-form";
import type { KeyActions, KeyStep } from "@/components/api-keys/dialog/steps";
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
      title={step ? titleOf(step) : ""}
      face={step?.kind}
      subject={step ? subjectOf(step) : null}
      onClose={leaving.onClose}
      leaving={leaving}
    >
      {step ? <Step step={step} {...props} /> : null}
    </Dialog>
  );
}

function titleOf(step: KeyStep): string {
  switch (step.kind) {
    case "create":
      return "Create API key";
    case "rotate":
      return "Rotate API key";
    case "revoke":
      return step.target.isOldKey ? "Revoke old key" : "Revoke API key";
    case "revoke-selected":
      return step.ids.length === 1 ? "Revoke the selected key" : `Revoke the ${String(step.ids.length)} selected keys`;
    case "edit":
      return "Edit API key";
    case "lost":
      return "The key never arrived";
    case "reveal":
      return step.isRotation ? `New key for ${step.issued.name}` : `Your new key: ${step.issued.name}`;
  }
}

/** The key that a step acts on. */
function subjectOf(step: KeyStep) {
  if ("target" in step) return <KeyCard {...step.target} />;
  return step.kind === "lost" ? <KeyCard {...step.lost} /> : null;
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
    case "revoke-selected":
      return <RevokeSelectedForm {...step} actions={actions} onFinish={onFinish} />;
    case "edit":
      return <EditKeyForm target={step.target} update={actions.update} onFinish={onFinish} />;
    case "reveal":
      return <RevealKey issued={step.issued} />;
  }
}
