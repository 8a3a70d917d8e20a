"use client";

import { Pencil } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";

import type { UpdateAgent } from "@/components/agents/agent-switch";
import { FormEnd } from "@/components/ui/form-end";
import { useLeaveGuard } from "@/components/ui/use-leave-guard";
import { useSubmit } from "@/components/ui/use-submit";
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
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(false);
  const [notice, setNotice] = useState("");
  const close = () => {
    if (!busy) setOpen(false);
  };
  useLeaveGuard(open && (busy || dirty), null);
  return (
    <>
      <Button
        onClick={() => {
          setNotice("");
          setDirty(false);
          setOpen(true);
        }}
      >
        <Pencil aria-hidden className="size-4" />
        Edit
      </Button>
      <Dialog
        open={open}
        title="Edit agent"
        onClose={close}
        onInput={() => {
          setDirty(true);
        }}
      >
        <EditAgentForm
          agent={agent}
          update={update}
          onBusy={setBusy}
          onCancel={close}
          onSaved={(changed) => {
            setOpen(false);
            setNotice(changed ? "Saved." : "Nothing was changed.");
          }}
        />
      </Dialog>
      <Notice
        text={notice}
        onDismiss={() => {
          setNotice("");
        }}
      />
    </>
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
  const form = useForm({ defaultValues: { name: agent.name, description: agent.description ?? "" } });
  const { errors, dirtyFields } = form.formState;
  const { submit, busy, problem } = useSubmit(update, onBusy);

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
            {...form.register("name", { validate: (name) => name.trim() !== "" || "Give the agent a name." })}
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
      <FormEnd label="Save" busyLabel="Saving…" busy={busy} problem={problem} onCancel={onCancel} />
    </form>
  );
}
