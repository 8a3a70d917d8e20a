"use client";

import { Pencil } from "lucide-react";
import { useMemo } from "react";
import { useForm } from "react-hook-form";

import type { UpdateAgent } from "@/components/agents/agent-switch";
import { useDraft } from "@/components/hooks/use-draft";
import { FormFooter } from "@/components/ui/form-footer";
import { useUnsaved } from "@/components/ui/leave-question";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { useSubmit } from "@/components/hooks/use-submit";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { Notice } from "@/components/ui/notice";

interface Editable {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

/** The button that opens an agent's name and description for editing. */
export function EditAgent({ agent, update }: { agent: Editable; update: UpdateAgent }) {
  const { step, leaving, form, notice, setNotice, fallbackFocus, open, finish, refreshAfterFailure } =
    useListDialog<"edit">();
  const checked = useMemo(() => refreshAfterFailure(update), [update, refreshAfterFailure]);
  return (
    <div ref={fallbackFocus} tabIndex={-1} className="outline-none">
      <Button
        onClick={() => {
          open("edit");
        }}
      >
        <Pencil aria-hidden className="size-4" />
        <span>Edit</span>
      </Button>
      <Dialog open={step !== null} title="Edit agent" onClose={leaving.onClose} leaving={leaving}>
        <EditAgentForm
          {...form}
          agent={agent}
          update={checked}
          onSaved={(changed) => {
            finish(changed ? "Saved." : "Nothing was changed.");
          }}
        />
      </Dialog>
      <Notice
        text={notice}
        onDismiss={() => {
          setNotice("");
        }}
      />
    </div>
  );
}

function EditAgentForm({
  agent,
  update,
  onSaved,
  onCancel,
  onBusy,
}: {
  agent: Editable;
  update: UpdateAgent;
  onSaved: (changed: boolean) => void;
  onCancel: () => void;
  onBusy: (busy: boolean) => void;
}) {
  const saved = { name: agent.name, description: agent.description ?? "" };
  const draft = useDraft(`edit-agent ${agent.id}`, saved);
  const form = useForm({
    defaultValues: saved,
    values: draft.values,
    resetOptions: { keepDefaultValues: true },
  });
  const { errors, dirtyFields, isDirty } = form.formState;
  useUnsaved(isDirty);
  const { submit, busy, problem } = useSubmit(update, onBusy, () => draft.keep(form.getValues()));

  const onSubmit = form.handleSubmit(async ({ name, description }) => {
    // Only what was touched is sent: what somebody else changed meanwhile stays.
    const change = {
      ...(dirtyFields.name && { name }),
      ...(dirtyFields.description && { description: description.trim() ? description : null }),
    };
    if (Object.keys(change).length === 0) return onSaved(false);
    const result = await submit({ agentId: agent.id, ...change });
    if (result?.ok) return onSaved(true);
    for (const field of ["name", "description"] as const) {
      const message = result?.fields?.[field];
      if (message) form.setError(field, { message: `It ${message}.` }, { shouldFocus: true });
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
      <Field label="Name" error={errors.name?.message}>
        {(control) => (
          <input
            {...control}
            type="text"
            autoComplete="off"
            className={inputClass}
            {...form.register("name", { validate: (name) => name.trim() !== "" || "Enter a name." })}
          />
        )}
      </Field>
      <Field label="Description" error={errors.description?.message}>
        {(control) => (
          <textarea
            {...control}
            rows={5}
            className={`${inputClass} h-auto! py-1.5`}
            {...form.register("description")}
          />
        )}
      </Field>
      <FormFooter label="Save" busyLabel="Saving…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
