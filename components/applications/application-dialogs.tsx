"use client";

import { AppWindow, Plus } from "lucide-react";
import { createContext, useContext, type ReactNode } from "react";

import { ApplicationForm } from "@/components/applications/application-form";
import type { ApplicationActions, ApplicationStep, ApplicationView } from "@/components/applications/steps";
import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useDialogLink } from "@/components/hooks/use-dialog-link";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { useSubmit } from "@/components/hooks/use-submit";
import { RelativeTime } from "@/components/time/time";
import { Button } from "@/components/ui/button";
import { CopyableId } from "@/components/ui/copyable-id";
import { Dialog } from "@/components/ui/dialog";
import { DialogForm } from "@/components/ui/dialog-form";
import { earlyClick } from "@/components/ui/early-click";
import { DialogHost } from "@/components/ui/notice";
import { SubjectCard } from "@/components/ui/subject-card";

const TITLES = { bind: "Bind an application", edit: "Edit application", unbind: "Unbind application" } as const;

/** Opens the page's dialog. */
const OpenApplicationDialog = createContext<(step: ApplicationStep) => void>(() => undefined);

/** Holds the dialog of the applications page above its list. */
export function ApplicationDialogsProvider({
  children,
  ...given
}: {
  actions: ApplicationActions;
  children: ReactNode;
}) {
  const { step, open, finish, actions, leaving, host } = useListDialog<ApplicationStep, ApplicationActions>(
    given.actions,
  );
  useBackgroundRefresh(step === null);
  useDialogLink<ApplicationStep>(step === null ? { bind: { kind: "bind" } } : {}, open);
  const target = step && "target" in step ? step.target : null;
  return (
    <OpenApplicationDialog value={open}>
      <DialogHost label="Applications" host={host}>
        {children}
      </DialogHost>
      <Dialog
        open={step !== null}
        title={step ? TITLES[step.kind] : ""}
        face={step?.kind}
        subject={target ? <ApplicationCard target={target} /> : null}
        onClose={leaving.onClose}
        leaving={leaving}
      >
        {step?.kind === "unbind" ? (
          <UnbindForm target={step.target} unbind={actions.unbind} onFinish={finish} />
        ) : step ? (
          <ApplicationForm target={target} actions={actions} onFinish={finish} />
        ) : null}
      </Dialog>
    </OpenApplicationDialog>
  );
}

/** The application that a dialog acts on, with its ids at Microsoft. */
function ApplicationCard({ target: { name, role, clientId, oid, lastUsedAt } }: { target: ApplicationView }) {
  return (
    <SubjectCard
      picture={<AppWindow aria-hidden className="size-6 text-soft" />}
      name={name}
      detail={role}
      facts={[
        ["Last used", lastUsedAt ? <RelativeTime key="used" at={lastUsedAt} /> : "Not yet"],
        ["Application (client) ID", <CopyableId key="client" id={clientId} />],
        ["Object ID", <CopyableId key="object" id={oid} />],
      ]}
    />
  );
}

function UnbindForm({
  target,
  unbind,
  onFinish,
}: {
  target: ApplicationView;
  unbind: ApplicationActions["unbind"];
  onFinish: (notice: string) => void;
}) {
  const { submit, ...state } = useSubmit(unbind);
  const onSubmit = async () => {
    const result = await submit({ applicationId: target.id });
    if (result?.ok) onFinish(`Unbound ${result.data.name}.`);
  };
  return (
    <DialogForm label="Unbind" busyLabel="Unbinding…" look="danger" {...state} onSubmit={onSubmit}>
      <p>Its next call is refused, whatever token it has. What it created stays. You can bind it again later.</p>
    </DialogForm>
  );
}

/** Opens the dialog that binds an application. */
export function BindButton() {
  const open = useContext(OpenApplicationDialog);
  return (
    <Button look="primary" {...earlyClick(() => open({ kind: "bind" }))}>
      <Plus aria-hidden className="size-4" />
      <span>Bind application</span>
    </Button>
  );
}

/** The buttons of an application. Each names it, so that it makes sense outside the row. */
export function ApplicationRowButtons({ target }: { target: ApplicationView }) {
  const open = useContext(OpenApplicationDialog);
  return (
    <div className="-mx-2 flex flex-wrap gap-1 md:mx-0 md:justify-end">
      <Button small look="quiet" aria-label={`Edit ${target.name}`} onClick={() => open({ kind: "edit", target })}>
        Edit
      </Button>
      <Button
        small
        look="caution"
        aria-label={`Unbind ${target.name}`}
        onClick={() => open({ kind: "unbind", target })}
      >
        Unbind
      </Button>
    </div>
  );
}
