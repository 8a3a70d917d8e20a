"use client";

import { use, useState } from "react";
import { useForm } from "react-hook-form";

import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { afterInvite, type MemberActions, type Outcome } from "@/components/members/member-steps";
import { PeoplePicker, type PersonView } from "@/components/members/people-picker";
import { RoleField } from "@/components/members/role-field";
import { Button } from "@/components/ui/button";
import { DialogForm } from "@/components/ui/dialog-form";
import { TextField } from "@/components/ui/field";
import { useUnsaved } from "@/components/ui/leave-question";
import type { Role } from "@/lib/generated/prisma/enums";
import { emailProblem } from "@/lib/text/email";
import { personNameProblem } from "@/lib/text/name";

const EMPTY: { name: string; email: string; role: Role } = { name: "", email: "", role: "Viewer" };

type InviteDraft = typeof EMPTY & { byEmail: boolean; person: PersonView | null };

/** The person to invite, typed or from the directory, and their role. @param directory whether the directory can be searched */
export function InviteForm({
  directory,
  invite,
  onDone,
}: {
  directory: Promise<boolean>;
  invite: MemberActions["invite"];
  onDone: (outcome: Outcome) => void;
}) {
  // Only the first answer counts: a form must not change its fields while someone fills it in.
  const [asked] = useState(directory);
  const hasDirectory = use(asked);
  const draft = useDraft<InviteDraft>("invite", { ...EMPTY, byEmail: !hasDirectory, person: null });
  const [byEmail, setByEmail] = useState(draft.values.byEmail || !hasDirectory);
  const [person, setPerson] = useState(draft.values.person);
  const [personProblem, setPersonProblem] = useState<string>();
  const { byEmail: _, person: __, ...defaultValues } = draft.values;
  const form = useForm<typeof EMPTY>({ defaultValues });
  const { errors } = form.formState;
  const keep = () => draft.keep({ ...form.getValues(), byEmail, person });
  const { submit, ...state } = useSubmit(invite, keep);
  const [name, email, role] = form.watch(["name", "email", "role"]);
  const [searched, setSearched] = useState(person !== null);
  useUnsaved(name !== "" || email !== "" || role !== "Viewer" || (!byEmail && searched));

  const pick = (picked: PersonView | null) => {
    setPerson(picked);
    setPersonProblem(undefined);
  };
  const onSubmit = form.handleSubmit(async (values) => {
    if (!byEmail && !person) return setPersonProblem("Choose a person from the list.");
    const result = await submit(!byEmail && person ? { oid: person.oid, role: values.role } : values);
    if (result?.ok) return onDone(afterInvite(result.data));
    for (const field of ["name", "email"] as const) {
      const message = result?.fields?.[field];
      if (message) form.setError(field, { message }, { shouldFocus: true });
    }
    if (result?.fields) setPersonProblem(result.fields.person);
  });

  return (
    <DialogForm label="Invite" busyLabel="Inviting…" {...state} onSubmit={onSubmit}>
      {byEmail ? (
        <>
          <TextField
            label="Name"
            error={errors.name?.message}
            {...form.register("name", { validate: (typed) => personNameProblem(typed) ?? true })}
          />
          <TextField
            label="E-mail"
            hint="You’ll get a link for this person. It works once, expires in 7 days, and needs a Microsoft account in your organisation."
            error={errors.email?.message}
            type="email"
            {...form.register("email", { validate: (typed) => emailProblem(typed) ?? true })}
          />
        </>
      ) : (
        <PeoplePicker picked={person} error={personProblem} onText={(text) => setSearched(text !== "")} onPick={pick} />
      )}
      {hasDirectory ? (
        <div>
          <Button
            small
            onClick={() => {
              setByEmail(!byEmail);
              pick(null);
            }}
          >
            {byEmail ? "Choose from your directory instead" : "Invite by e-mail instead"}
          </Button>
        </div>
      ) : null}
      <RoleField {...form.register("role")} />
    </DialogForm>
  );
}
