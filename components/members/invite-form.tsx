"use client";

import { use, useState } from "react";
import { useForm } from "react-hook-form";

import { PeoplePicker, type PickedPerson } from "@/components/members/people-picker";
import { RoleField } from "@/components/members/role-field";
import { Button } from "@/components/ui/button";
import { useDraft } from "@/components/hooks/use-draft";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { FormFooter } from "@/components/ui/form-footer";
import { useUnsaved } from "@/components/ui/leave-question";
import { useSubmit } from "@/components/hooks/use-submit";
import type { ActionResult } from "@/lib/auth/action-result";
import type { Role } from "@/lib/generated/prisma/enums";
import { emailProblem } from "@/lib/text/email";
import { personNameProblem } from "@/lib/text/name";
import type { Invited } from "@/lib/members/invitations";
import type { InviteInput } from "@/lib/members/schemas";

const EMPTY: { name: string; email: string; role: Role } = { name: "", email: "", role: "Viewer" };

type InviteDraft = typeof EMPTY & { byEmail: boolean; person: PickedPerson | null };

/**
 * Name, e-mail address and role of the person invited; where the directory can be asked, a person found in it instead.
 * @param directory whether it can be asked
 */
export function InviteForm({
  directory,
  invite,
  onInvited,
  onCancel,
  onBusy,
}: {
  directory: Promise<boolean>;
  invite: (input: InviteInput) => Promise<ActionResult<Invited>>;
  onInvited: (invited: Invited) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  // The first answer counts: a form must not change its fields while somebody fills it in.
  const [asked] = useState(directory);
  const hasDirectory = use(asked);
  const draft = useDraft<InviteDraft>("invite", { ...EMPTY, byEmail: !hasDirectory, person: null });
  const [byEmail, setByEmail] = useState(draft.values.byEmail || !hasDirectory);
  const [person, setPerson] = useState(draft.values.person);
  const [personProblem, setPersonProblem] = useState<string>();
  const { name: typedName, email: typedEmail, role: chosenRole } = draft.values;
  const form = useForm<typeof EMPTY>({ defaultValues: { name: typedName, email: typedEmail, role: chosenRole } });
  const { errors } = form.formState;
  const { submit, busy, problem } = useSubmit(invite, onBusy, () =>
    draft.keep({ ...form.getValues(), byEmail, person }),
  );
  const [name, email, role] = form.watch(["name", "email", "role"]);
  const [searched, setSearched] = useState(person !== null);
  useUnsaved(name !== "" || email !== "" || role !== "Viewer" || (!byEmail && searched));

  const onSubmit = form.handleSubmit(async (values) => {
    if (!byEmail && !person) {
      setPersonProblem("Choose a person from the list.");
      return;
    }
    const result = await submit(!byEmail && person ? { oid: person.oid, role: values.role } : values);
    if (result?.ok) onInvited(result.data);
    else if (result?.fields) {
      const { name: nameMessage, email: emailMessage, person: personMessage } = result.fields;
      if (nameMessage) form.setError("name", { message: nameMessage }, { shouldFocus: true });
      if (emailMessage) form.setError("email", { message: emailMessage }, { shouldFocus: true });
      setPersonProblem(personMessage);
    }
  });

  return (
    <form
      noValidate
      onSubmit={(event) => {
        void onSubmit(event);
      }}
      className="grid gap-4"
    >
      {byEmail ? (
        <>
          <Field label="Name" error={errors.name?.message}>
            {(control) => (
              <input
                {...control}
                type="text"
                autoComplete="off"
                className={inputClass}
                {...form.register("name", { validate: (typed) => personNameProblem(typed) ?? true })}
              />
            )}
          </Field>
          <Field
            label="E-mail"
            hint="You’ll get a link for this person. It works once, expires in 7 days, and needs a Microsoft account in your organisation."
            error={errors.email?.message}
          >
            {(control) => (
              <input
                {...control}
                type="email"
                autoComplete="off"
                className={inputClass}
                {...form.register("email", { validate: (typed) => emailProblem(typed) ?? true })}
              />
            )}
          </Field>
        </>
      ) : (
        <PeoplePicker
          chosen={person}
          error={personProblem}
          onText={(text) => {
            setSearched(text !== "");
          }}
          onPick={(picked) => {
            setPerson(picked);
            setPersonProblem(undefined);
          }}
        />
      )}
      {hasDirectory ? (
        <div>
          <Button
            small
            onClick={() => {
              setByEmail(!byEmail);
              setPerson(null);
              setPersonProblem(undefined);
            }}
          >
            {byEmail ? "Choose from your directory instead" : "Invite by e-mail instead"}
          </Button>
        </div>
      ) : null}
      <RoleField registration={form.register("role")} error={errors.role?.message} />
      <FormFooter label="Invite" busyLabel="Inviting…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
