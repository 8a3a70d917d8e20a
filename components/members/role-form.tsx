"use client";

import { useForm } from "react-hook-form";

import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import type { MemberActions } from "@/components/members/member-steps";
import type { MemberView } from "@/components/members/member-view";
import { RoleField } from "@/components/members/role-field";
import { Callout } from "@/components/ui/callout";
import { DialogForm, type DialogFormProps } from "@/components/ui/dialog-form";
import { useUnsaved } from "@/components/ui/leave-question";

/** Chooses another role for a member. */
export function RoleForm({
  target,
  changeRole,
  onDone,
  onCancel,
  onBusy,
}: DialogFormProps & {
  target: MemberView;
  changeRole: MemberActions["changeRole"];
  onDone: (notice: string) => void;
}) {
  const draft = useDraft(`change-role ${target.id}`, { role: target.role });
  const form = useForm({ defaultValues: draft.values });
  const { submit, ...state } = useSubmit(changeRole, onBusy, () => draft.keep(form.getValues()));
  const role = form.watch("role");
  useUnsaved(role !== target.role);
  const onSubmit = form.handleSubmit(async (values) => {
    const result = await submit({ memberId: target.id, role: values.role });
    if (result?.ok) onDone(`${target.name} ${result.data.changed ? "is now" : "was already"} ${values.role}.`);
  });
  return (
    <DialogForm label="Change role" busyLabel="Changing…" {...state} onSubmit={onSubmit} onCancel={onCancel}>
      <RoleField registration={form.register("role")} error={form.formState.errors.role?.message} />
      {target.isSelf && role !== "Admin" ? (
        <Callout tone="warn">
          This is you. You’ll lose access to this page until another admin changes your role back.
        </Callout>
      ) : (
        <p className="text-soft">Takes effect immediately, including in open tabs.</p>
      )}
    </DialogForm>
  );
}
