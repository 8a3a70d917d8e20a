"use client";

import { LoaderCircle, Search } from "lucide-react";
import { debounce, useQueryStates } from "nuqs";
import { useEffect, useRef, useState, useTransition } from "react";

import { triggerWords, words } from "@/components/agents/agent-words";
import { inputClass } from "@/components/ui/field";
import { agentListParsers } from "@/lib/agents/list-url";
import { AutonomyType, TriggerType } from "@/lib/generated/prisma/enums";

const TYPING_MS = 250;
const STATES = { on: "On", off: "Off" } as const;

/** Search and filters. Their state is the URL; the server does the work. */
export function AgentsToolbar() {
  const [loading, startTransition] = useTransition();
  const [url, setUrl] = useQueryStates(agentListParsers, { shallow: false, scroll: false, startTransition });
  const [text, setText] = useState(url.q);
  const lastSent = useRef(url.q);

  // The URL also changes by the back button and by "Clear": the box follows, but never while it is ahead of the URL.
  useEffect(() => {
    if (url.q === lastSent.current) return;
    lastSent.current = url.q;
    setText(url.q);
  }, [url.q]);

  const search = (q: string) => {
    setText(q);
    lastSent.current = q;
    void setUrl({ q: q || null, page: null }, { limitUrlUpdates: q ? debounce(TYPING_MS) : undefined });
  };

  return (
    <div className="mb-3 flex min-w-0 flex-wrap items-center gap-2">
      <div className="relative min-w-40 flex-1 md:max-w-72">
        <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-soft" />
        <input
          type="search"
          aria-label="Search by name or description"
          placeholder="Search"
          autoComplete="off"
          value={text}
          onChange={(event) => {
            search(event.target.value);
          }}
          className={`${inputClass} pl-8`}
        />
      </div>
      <Choice
        label="State"
        all="On and off"
        value={url.state}
        options={Object.keys(STATES) as (keyof typeof STATES)[]}
        words={(state) => STATES[state]}
        onChange={(state) => void setUrl({ state, page: null })}
      />
      <Choice
        label="Type"
        all="All types"
        value={url.type}
        options={Object.values(AutonomyType)}
        words={words}
        onChange={(type) => void setUrl({ type, page: null })}
      />
      <Choice
        label="Trigger"
        all="All triggers"
        value={url.trigger}
        options={Object.values(TriggerType)}
        words={triggerWords}
        onChange={(trigger) => void setUrl({ trigger, page: null })}
      />
      <span role="status" className="flex w-5 items-center text-soft">
        {loading ? (
          <>
            <LoaderCircle aria-hidden className="size-4 animate-spin" />
            <span className="sr-only">Loading</span>
          </>
        ) : null}
      </span>
    </div>
  );
}

function Choice<Option extends string>({
  label,
  all,
  value,
  options,
  words: toWords,
  onChange,
}: {
  label: string;
  all: string;
  value: Option | null;
  options: readonly Option[];
  words: (option: Option) => string;
  onChange: (option: Option | null) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => {
        onChange(options.find((option) => option === event.target.value) ?? null);
      }}
      className={`${inputClass} w-auto!`}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {toWords(option)}
        </option>
      ))}
    </select>
  );
}
