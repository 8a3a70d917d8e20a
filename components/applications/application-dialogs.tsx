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
import { Section } from "@/components/ui/section";
import { SubjectCard } from "@/components/ui/subject-card";
import { APPLICATION_ROLES } from "@/lib/applications/roles";

const TITLES = {
  bind: "Bind application",
  edit: "Edit application",
  unbind: "Unbind application",
  allow: "Allow key managers",
  disallow: "Disallow key managers",
} as const;

/** Opens the page's dialog. */
const OpenApplicationDialog = createContext<(step: ApplicationStep) => void>(() => undefined);

/** Holds the dialog of the applications page above its list. */
export function ApplicationDialogsProvider({
  keyManagersAllowed,
  children,
  ...given
}: {
  actions: ApplicationActions;
  keyManagersAllowed: boolean;
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
        ) : step?.kind === "allow" || step?.kind === "disallow" ? (
          <KeyManagersForm allowed={step.kind === "allow"} allow={actions.allowKeyManagers} onFinish={finish} />
        ) : step ? (
          <ApplicationForm {...{ target, keyManagersAllowed, actions }} onFinish={finish} />
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
      detail={APPLICATION_ROLES[role].name}
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
      <p>
        Its next call is refused, whatever token it has. Agents and keys that it created stay, and the keys keep
        working. You can bind it again later.
      </p>
    </DialogForm>
  );
}

function KeyManagersForm({
  allowed,
  allow,
  onFinish,
}: {
  allowed: boolean;
  allow: ApplicationActions["allowKeyManagers"];
  onFinish: (notice: string) => void;
}) {
  const { submit, ...state } = useSubmit(allow);
  const onSubmit = async () => {
    const result = await submit({ allowed });
    if (result?.ok) onFinish(allowed ? "Key managers are allowed." : "Key managers are no longer allowed.");
  };
  return allowed ? (
    <DialogForm label="Allow" busyLabel="Allowing…" {...state} onSubmit={onSubmit}>
      <p>
        Admins can then give applications the role Key manager. Such an application creates, rotates and revokes the API
        keys of your organisation without a person, and every key it creates has your organisation’s access.
      </p>
    </DialogForm>
  ) : (
    <DialogForm label="Disallow" busyLabel="Disallowing…" look="danger" {...state} onSubmit={onSubmit}>
      <p>
        The next call of every key manager is refused. The keys they created keep working, and the applications stay
        bound.
      </p>
    </DialogForm>
  );
}

/** Whether applications may manage API keys, and the button that changes that. */
export function KeyManagersSection({ allowed }: { allowed: boolean }) {
  const open = useContext(OpenApplicationDialog);
  return (
    <Section
      as="h2"
      title="Key managers"
      aside={
        <Button
          small
          look={allowed ? "caution" : "plain"}
          onClick={() => open({ kind: allowed ? "disallow" : "allow" })}
        >
          {allowed ? "Disallow key managers" : "Allow key managers"}
        </Button>
      }
    >
      <p className="max-w-prose text-soft">
        {allowed
          ? "Allowed: an application with the role Key manager creates, rotates and revokes API keys, for example on a schedule."
          : "Not allowed: no application can manage API keys. Allow it to have keys rotated on a schedule."}
      </p>
    </Section>
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
