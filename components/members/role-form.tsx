"use client";

import { useForm } from "react-hook-form";

import type { MemberView } from "@/components/members/member-view";
import { RoleField } from "@/components/members/role-field";
import { Callout } from "@/components/ui/callout";
import { useDraft } from "@/components/hooks/use-draft";
import { FormFooter } from "@/components/ui/form-footer";
import { useUnsaved } from "@/components/ui/leave-question";
import { useSubmit } from "@/components/hooks/use-submit";
import type { ActionResult } from "@/lib/auth/action-result";
import type { ChangeRoleInput } from "@/lib/members/schemas";
import type { MemberChange } from "@/lib/members/service";

/** Chooses another role for a member. */
export function RoleForm({
  target,
  changeRole,
  onDone,
  onCancel,
  onBusy,
}: {
  target: MemberView;
  changeRole: (input: ChangeRoleInput) => Promise<ActionResult<MemberChange>>;
  onDone: (message: string) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const draft = useDraft(`change-role ${target.id}`, { role: target.role });
  const form = useForm({ defaultValues: draft.values });
  const { submit, busy, problem } = useSubmit(changeRole, onBusy, () => draft.keep(form.getValues()));
  const role = form.watch("role");
  useUnsaved(role !== target.role);
  const onSubmit = form.handleSubmit(async (values) => {
    const result = await submit({ memberId: target.id, role: values.role });
    if (result?.ok)
      onDone(
        result.data.changed ? `${target.name} is now ${values.role}.` : `${target.name} was already ${values.role}.`,
      );
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        void onSubmit(event);
      }}
      className="grid gap-4"
    >
      <RoleField registration={form.register("role")} error={form.formState.errors.role?.message} />
      {target.isSelf && role !== "Admin" ? (
        <Callout tone="warn">
          This is you. You’ll lose access to this page until another admin changes your role back.
        </Callout>
      ) : (
        <p className="text-soft">Takes effect immediately, including in open tabs.</p>
      )}
      <FormFooter label="Change role" busyLabel="Changing…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
