"use client";

import type { ReactNode } from "react";

import { useSubmit } from "@/components/hooks/use-submit";
import type { ButtonLook } from "@/components/ui/button";
import { DialogForm, type DialogFormProps } from "@/components/ui/dialog-form";
import type { ActionResult } from "@/lib/auth/action-result";
import type { MemberInput } from "@/lib/members/schemas";

/** Explains a change to a member, and makes it once confirmed. */
export function ConfirmForm<Data>({
  memberId,
  action,
  children,
  onDone,
  onBusy,
  ...rest
}: DialogFormProps & {
  memberId: string;
  action: (input: MemberInput) => Promise<ActionResult<Data>>;
  label: string;
  busyLabel: string;
  look?: ButtonLook;
  children: ReactNode;
  onDone: (data: Data) => void;
}) {
  const { submit, ...state } = useSubmit(action, onBusy);
  const onSubmit = async () => {
    const result = await submit({ memberId });
    if (result?.ok) onDone(result.data);
  };
  return (
    <DialogForm {...rest} {...state} onSubmit={onSubmit}>
      <div className="grid gap-2 break-words">{children}</div>
    </DialogForm>
  );
}
