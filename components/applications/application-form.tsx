"use client";

import { useForm, type UseFormReturn } from "react-hook-form";

import type { ApplicationActions, ApplicationView } from "@/components/applications/steps";
import { useDraft } from "@/components/hooks/use-draft";
import { useSubmit } from "@/components/hooks/use-submit";
import { LocalAndUtcTime, useNow } from "@/components/time/time";
import { dateOrder, readTypedTime, shownTime } from "@/components/time/typed-time";
import { DateTimeField } from "@/components/ui/date-time-field";
import { DialogForm } from "@/components/ui/dialog-form";
import { TextAreaField, TextField } from "@/components/ui/field";
import { NetworksField } from "@/components/ui/networks-field";
import { useUnsaved } from "@/components/ui/leave-question";
import { RadioCards } from "@/components/ui/radio-cards";
import { customExpiry } from "@/lib/api-keys/expiry";
import { APPLICATION_ROLES } from "@/lib/applications/roles";
import type { ApplicationRole } from "@/lib/generated/prisma/enums";
import { nameProblem } from "@/lib/text/name";

/** What is typed into the form. */
interface Values {
  name: string;
  clientId: string;
  oid: string;
  role: ApplicationRole;
  expiresAt: string;
  networks: string;
  note: string;
}

const FIELDS = ["name", "clientId", "oid", "role", "expiresAt", "networks", "note"] as const;
const ROLES = Object.entries(APPLICATION_ROLES).map(([role, { name, meaning }]) => [role, meaning, name] as const);
const EMPTY: Values = { name: "", clientId: "", oid: "", role: "Integration", expiresAt: "", networks: "", note: "" };

const valuesOf = ({ name, clientId, oid, role, expiresAt, networks, note }: ApplicationView): Values => ({
  ...{ name, clientId, oid, role, networks: networks.join("\n"), note: note ?? "" },
  expiresAt: expiresAt ? shownTime(expiresAt) : "",
});

/** The typed end of a binding; null for none, undefined for what is no time. */
function readExpiry(typed: string): Date | null | undefined {
  if (typed.trim() === "") return null;
  const choice = customExpiry(readTypedTime(typed, dateOrder()) ?? "");
  return choice?.kind === "at" ? new Date(choice.at) : undefined;
}

/**
 * Binds an application, or changes a binding.
 * @param target the one to change; null for a new one
 * @param keyManagersAllowed whether the role KeyManager can be chosen
 */
export function ApplicationForm({
  target,
  keyManagersAllowed,
  actions: { bind, update },
  onFinish,
}: {
  target: ApplicationView | null;
  keyManagersAllowed: boolean;
  actions: ApplicationActions;
  onFinish: (notice: string) => void;
}) {
  const before = target ? valuesOf(target) : EMPTY;
  const draft = useDraft(target ? `edit-application ${target.id}` : "bind-application", before);
  const form = useForm<Values>({ defaultValues: draft.values });
  const { submit, ...state } = useSubmit(
    ({ clientId, oid, expiresAt, ...chosen }: Values) => {
      // The text has no seconds: unless it was changed, the stored time stays.
      const ends = expiresAt === before.expiresAt && target ? target.expiresAt : (readExpiry(expiresAt) ?? null);
      const changeable = { ...chosen, expiresAt: ends?.toISOString() ?? null };
      return target ? update({ applicationId: target.id, ...changeable }) : bind({ clientId, oid, ...changeable });
    },
    () => draft.keep(form.getValues()),
  );
  const typed = form.watch();
  const isChanged = FIELDS.some((field) => typed[field] !== before[field]);
  useUnsaved(isChanged);
  const onSubmit = form.handleSubmit(async (values) => {
    if (target && !isChanged) return onFinish("");
    const result = await submit(values);
    if (result?.ok) return onFinish(target ? `Saved ${result.data.name}.` : `Bound ${result.data.name}.`);
    for (const field of FIELDS) {
      const message = result?.fields?.[field];
      if (message) form.setError(field, { message }, { shouldFocus: true });
    }
  });
  const roles = ROLES.filter(([role]) => role !== "KeyManager" || keyManagersAllowed || before.role === role);
  const labels = target ? { label: "Save", busyLabel: "Saving…" } : { label: "Bind", busyLabel: "Binding…" };
  return (
    <DialogForm {...labels} {...state} onSubmit={onSubmit}>
      <TextField
        label="Name"
        hint="Shown here and in the audit log."
        error={form.formState.errors.name?.message}
        {...form.register("name", { validate: (name) => nameProblem(name, "Give the application a name.") ?? true })}
      />
      {target ? null : <IdFields form={form} />}
      <RadioCards legend="Role" options={roles} {...form.register("role")} />
      <BindingFields form={form} />
    </DialogForm>
  );
}

/** What identifies the application at Microsoft. */
function IdFields({ form: { register, formState } }: { form: UseFormReturn<Values> }) {
  return (
    <>
      <TextField
        label="Application (client) ID"
        hint="Of an app registration or a managed identity of your organisation’s own Microsoft tenant."
        error={formState.errors.clientId?.message}
        spellCheck={false}
        {...register("clientId")}
      />
      <TextField
        label="Object ID"
        hint="Of its service principal: in the Microsoft Entra admin center under Enterprise applications, not App registrations."
        error={formState.errors.oid?.message}
        spellCheck={false}
        {...register("oid")}
      />
    </>
  );
}

/** From where and until when it may call, and a note. */
function BindingFields({ form: { register, formState, setValue, watch } }: { form: UseFormReturn<Values> }) {
  const now = useNow();
  const typed = watch("expiresAt");
  const ends = readExpiry(typed);
  const choose = (text: string) => setValue("expiresAt", text, { shouldValidate: formState.isSubmitted });
  return (
    <>
      <DateTimeField
        label="Expires on (optional)"
        hint={ends ? <LocalAndUtcTime at={ends} /> : "Its calls are refused from then on. Leave empty for no expiry."}
        error={formState.errors.expiresAt?.message}
        value={typed}
        from={now}
        onChoose={choose}
        registration={register("expiresAt", {
          validate: (text) => readExpiry(text) !== undefined || "Enter a date and time such as 31 Jan 2027, 18:00.",
        })}
      />
      <NetworksField
        what="let it call from anywhere"
        error={formState.errors.networks?.message}
        registration={register("networks")}
      />
      <TextAreaField
        label="Note (optional)"
        hint="What it does and where it runs."
        error={formState.errors.note?.message}
        rows={2}
        {...register("note")}
      />
    </>
  );
}
