"use client";

import { clsx } from "clsx";
import { useRef, useState } from "react";

import { useCredentials } from "@/components/docs/credentials";
import { type Outcome, sendRequest } from "@/components/docs/send-request";
import { TryItOutcome } from "@/components/docs/try-it-outcome";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { TextAreaField, TextField } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input";
import { prepareRequest, type TryableOperation } from "@/lib/docs/try-request";

/** Moves the focus to what has just appeared. */
const focus = (element: HTMLElement | null) => element?.focus();

/** A form that sends a request for an operation, and what it got. No field has a name, so a browser can't put one into a URL. */
export function TryItForm({ operation }: { operation: TryableOperation }) {
  const { method, credential, summary } = operation;
  const [pasted] = useCredentials();
  const [parameters, setParameters] = useState<Readonly<Record<string, string>>>({});
  const [body, setBody] = useState(operation.body ?? "");
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const [step, setStep] = useState<"entering" | "confirming" | "sending">("entering");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const submit = useRef<HTMLButtonElement>(null);

  const send = async (isConfirmed: boolean) => {
    if (step === "sending") return;
    const entered = { credential: credential ? (pasted[credential] ?? "") : "", parameters, body };
    const prepared = prepareRequest(operation, entered);
    setProblems("problems" in prepared ? prepared.problems : {});
    if ("problems" in prepared) return setStep("entering");
    if (method !== "GET" && !isConfirmed) return setStep("confirming");
    setStep("sending");
    setOutcome(null);
    submit.current?.focus();
    setOutcome(await sendRequest(prepared));
    setStep("entering");
  };

  return (
    <form
      noValidate
      autoComplete="off"
      aria-label={`Try it: ${summary}`}
      className="grid min-w-0 gap-3 pb-1"
      // A request is confirmed as it was shown.
      onChange={() => setStep((before) => (before === "confirming" ? "entering" : before))}
      onSubmit={(event) => {
        event.preventDefault();
        void send(false);
      }}
    >
      {credential ? <Credential kind={credential} error={problems.credential} /> : null}
      <Parameters
        operation={operation}
        problems={problems}
        values={parameters}
        change={(name, value) => setParameters({ ...parameters, [name]: value })}
      />
      {operation.body === null ? null : (
        <TextAreaField
          label="Body"
          error={problems.body}
          value={body}
          onChange={({ target }) => setBody(target.value)}
          rows={Math.min(14, body.split("\n").length + 1)}
          spellCheck={false}
          className={clsx(inputClass, "h-auto py-1.5 font-mono text-xs")}
        />
      )}
      <span>
        <Button ref={submit} type="submit" look="primary" busy={step !== "entering"}>
          Send request
        </Button>
      </span>
      {step === "confirming" ? (
        <Confirmation
          method={method}
          onConfirm={() => void send(true)}
          onCancel={() => {
            setStep("entering");
            submit.current?.focus();
          }}
        />
      ) : null}
      <TryItOutcome summary={summary} isSending={step === "sending"} outcome={outcome} />
    </form>
  );
}

/** Takes an API key or an access token. Not a password field, which browsers offer to save. */
function Credential({ kind, error }: { kind: string; error: string | undefined }) {
  const [pasted, paste] = useCredentials();
  return (
    <TextField
      label={kind}
      hint="Kept in this page’s memory only. Leaving or reloading the page forgets it."
      error={error}
      value={pasted[kind] ?? ""}
      onChange={({ target }) => paste({ [kind]: target.value })}
      spellCheck={false}
      autoCapitalize="off"
      className={clsx(inputClass, "font-mono [-webkit-text-security:disc]")}
    />
  );
}

function Confirmation({
  method,
  onConfirm,
  onCancel,
}: {
  method: string;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  return (
    <div ref={focus} tabIndex={-1} role="group" aria-label="Confirm" className="grid gap-2 outline-none">
      <Callout tone="warn">{`This is a real ${method} request: it changes your organisation’s data.`}</Callout>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button look={method === "DELETE" ? "danger" : "primary"} onClick={onConfirm}>
          {`Send ${method} request`}
        </Button>
      </div>
    </div>
  );
}

function Parameters({
  operation: { parameters },
  problems,
  values,
  change,
}: {
  operation: TryableOperation;
  problems: Readonly<Record<string, string>>;
  values: Readonly<Record<string, string>>;
  change: (name: string, value: string) => void;
}) {
  const fields = (isRequired: boolean) =>
    parameters
      .filter(({ required }) => required === isRequired)
      .map(({ name }) => (
        <TextField
          key={name}
          label={name}
          error={problems[name]}
          value={values[name] ?? ""}
          onChange={({ target }) => change(name, target.value)}
          spellCheck={false}
          autoCapitalize="off"
        />
      ));
  const optional = fields(false);
  return (
    <>
      {fields(true)}
      {optional.length > 0 ? (
        <details>
          <summary className="w-fit py-1 text-xs text-soft">Optional parameters</summary>
          <div className="grid gap-3 pt-2">{optional}</div>
        </details>
      ) : null}
    </>
  );
}
