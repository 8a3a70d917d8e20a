"use client";

import { useForm, type UseFormRegisterReturn } from "react-hook-form";

import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import type { MemberActions, MemberView } from "@/components/members/member-steps";
import { Callout } from "@/components/ui/callout";
import { DialogForm } from "@/components/ui/dialog-form";
import { SelectField } from "@/components/ui/field";
import { useUnsaved } from "@/components/ui/leave-question";
import type { Role } from "@/lib/generated/prisma/enums";
import { ROLES } from "@/lib/members/roles";

/** What each role may do (docs/api.md, "Roles"). */
const ROLE_TEXTS: Readonly<Record<Role, string>> = {
  Admin: "full access (members, API keys, audit log, agents)",
  User: "create and edit agents",
  Viewer: "see agents",
};

/** The choice of a role, with what each may do. */
export function RoleField({ registration, error }: { registration: UseFormRegisterReturn; error: string | undefined }) {
  return (
    <SelectField label="Role" error={error} {...registration}>
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {`${role}: ${ROLE_TEXTS[role]}`}
        </option>
      ))}
    </SelectField>
  );
}

/** Chooses another role for a member. */
export function RoleForm({
  target,
  changeRole,
  onDone,
}: {
  target: MemberView;
  changeRole: MemberActions["changeRole"];
  onDone: (notice: string) => void;
}) {
  const draft = useDraft(`change-role ${target.id}`, { role: target.role });
  const form = useForm({ defaultValues: draft.values });
  const { submit, ...state } = useSubmit(changeRole, () => draft.keep(form.getValues()));
  const role = form.watch("role");
  useUnsaved(role !== target.role);
  const onSubmit = form.handleSubmit(async (values) => {
    const result = await submit({ memberId: target.id, role: values.role });
    if (result?.ok) onDone(`${target.name} ${result.data.changed ? "is now" : "was already"} ${values.role}.`);
  });
  return (
    <DialogForm label="Change role" busyLabel="Changing…" {...state} onSubmit={onSubmit}>
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
