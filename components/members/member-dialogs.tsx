"use client";

import { createContext, useContext, type ReactNode } from "react";

import { useBackgroundRefresh } from "@/components/hooks/use-background-refresh";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { MemberDialog } from "@/components/members/member-dialog";
import { stepNotice, type MemberActions, type MemberStep } from "@/components/members/member-steps";
import { DialogHost } from "@/components/ui/dialog-host";

const Context = createContext<((step: MemberStep) => void) | null>(null);

/** Opens the page's dialog. */
export function useMemberDialogs(): (step: MemberStep) => void {
  const open = useContext(Context);
  if (!open) throw new Error("useMemberDialogs needs MemberDialogsProvider above it");
  return open;
}

/**
 * Holds the dialog of the members page above its table, so that a refreshed list never discards a link that is shown.
 * @param directory whether the Microsoft directory can be searched
 */
export function MemberDialogsProvider({
  actions,
  directory,
  children,
}: {
  actions: MemberActions;
  directory: Promise<boolean>;
  children: ReactNode;
}) {
  const { setStep, open, finish, host, ...rest } = useListDialog<MemberStep, MemberActions>(actions, stepNotice);
  useBackgroundRefresh(rest.step === null);
  return (
    <Context value={open}>
      <DialogHost label="Members" host={host}>
        {children}
      </DialogHost>
      <MemberDialog
        {...rest}
        directory={directory}
        onOutcome={(outcome) => (typeof outcome === "string" ? finish(outcome) : setStep(outcome))}
      />
    </Context>
  );
}
