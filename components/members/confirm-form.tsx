"use client";

import type { SyntheticEvent, ReactNode } from "react";

import type { ButtonLook } from "@/components/ui/button";
import { FormFooter } from "@/components/ui/form-footer";
import { useSubmit } from "@/components/hooks/use-submit";
import type { ActionResult } from "@/lib/auth/action-result";
import type { MemberInput } from "@/lib/members/schemas";

/** Says what a step does to a member, and does it when told to. */
export function ConfirmForm<Data>({
  memberId,
  action,
  label,
  busyLabel,
  look = "primary",
  children,
  onDone,
  onCancel,
  onBusy,
}: {
  memberId: string;
  action: (input: MemberInput) => Promise<ActionResult<Data>>;
  label: string;
  busyLabel: string;
  look?: ButtonLook;
  children: ReactNode;
  onDone: (data: Data) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const { submit, busy, problem } = useSubmit(action, onBusy);
  const onSubmit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const result = await submit({ memberId });
    if (result?.ok) onDone(result.data);
  };
  return (
    <form
      onSubmit={(event) => {
        void onSubmit(event);
      }}
      className="grid gap-4"
    >
      <div className="grid gap-2 break-words">{children}</div>
      <FormFooter label={label} busyLabel={busyLabel} look={look} busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
