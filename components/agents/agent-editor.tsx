"use client";

import { Pencil } from "lucide-react";
import { useMemo } from "react";
import { useForm } from "react-hook-form";

import type { UpdateAgent } from "@/components/agents/agent-switch";
import { useDraft } from "@/components/hooks/use-draft";
import { useListDialog } from "@/components/hooks/use-list-dialog";
import { useSubmit } from "@/components/hooks/use-submit";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { DialogForm } from "@/components/ui/dialog-form";
import { DialogHost } from "@/components/ui/notice";
import { Field, TextField } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input";
import { useUnsaved } from "@/components/ui/leave-question";
import type { AgentRow } from "@/lib/agents/list";

type EditableAgent = Pick<AgentRow, "id" | "name" | "description">;

/** The button that opens an agent's name and description for editing. */
export function AgentEditor({ agent, update }: { agent: EditableAgent; update: UpdateAgent }) {
  const given = useMemo(() => ({ update }), [update]);
  const { step, leaving, host, open, finish, actions } = useListDialog<"edit", typeof given>(given);
  return (
    <>
      <DialogHost host={host}>
        <Button onClick={() => open("edit")}>
          <Pencil aria-hidden className="size-4" />
          <span>Edit</span>
        </Button>
      </DialogHost>
      <Dialog open={step !== null} title="Edit agent" onClose={leaving.onClose} leaving={leaving}>
        <AgentForm agent={agent} update={actions.update} onDone={finish} />
      </Dialog>
    </>
  );
}

function AgentForm({
  agent,
  update,
  onDone,
}: {
  agent: EditableAgent;
  update: UpdateAgent;
  onDone: (notice: string) => void;
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
  const { submit, ...state } = useSubmit(update, () => draft.keep(form.getValues()));

  const onSubmit = form.handleSubmit(async ({ name, description }) => {
    // Sends only what was touched: what someone else changed meanwhile stays.
    const change = {
      ...(dirtyFields.name && { name }),
      ...(dirtyFields.description && { description: description.trim() ? description : null }),
    };
    if (Object.keys(change).length === 0) return onDone("Nothing was changed.");
    const result = await submit({ agentId: agent.id, ...change });
    if (result?.ok) return onDone("Saved.");
    for (const field of ["name", "description"] as const) {
      const message = result?.fields?.[field];
      if (message) form.setError(field, { message: `It ${message}.` }, { shouldFocus: true });
    }
  });

  return (
    <DialogForm label="Save" busyLabel="Saving…" {...state} onSubmit={onSubmit}>
      <TextField
        label="Name"
        error={errors.name?.message}
        {...form.register("name", { validate: (name) => name.trim() !== "" || "Enter a name." })}
      />
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
    </DialogForm>
  );
}
