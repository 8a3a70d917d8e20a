"use client";

import { clsx } from "clsx";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";

import { otherSessionText } from "@/components/browser/rendered-for";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input-class";
import { SIGNED_OUT } from "@/components/hooks/use-submit";
import type { DirectoryPerson } from "@/lib/microsoft/directory";

/** A person of the directory, as the search answers. */
export type PickedPerson = DirectoryPerson;

const SEARCH_PATH = "/roles-access/members/people";
const TYPING_MS = 250;
/** Shortest text that is searched for. */
const LEAST = 2;

type Found =
  | { readonly kind: "idle" | "searching" | "failed" }
  | { readonly kind: "refused"; readonly text: string }
  | { readonly kind: "found"; readonly people: readonly PickedPerson[] };

/**
 * A combobox over the directory (ARIA Authoring Practices, "Editable Combobox With List Autocomplete"): typing searches, arrow
 * keys move, Enter and a click choose, Escape closes the list.
 * @param chosen who is chosen to begin with
 * @param onPick told who was chosen, and null as soon as the text changes again
 * @param onText told what stands in the text box
 */
export function PeoplePicker({
  chosen,
  onPick,
  onText,
  error,
}: {
  chosen: PickedPerson | null;
  onPick: (person: PickedPerson | null) => void;
  onText: (text: string) => void;
  error: string | undefined;
}) {
  const [text, setText] = useState(chosen?.name ?? "");
  const [picked, setPicked] = useState(chosen);
  const [found, setFound] = useState<Found>({ kind: "idle" });
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const listId = useId();
  const search = useRef<AbortController | null>(null);
  const people = found.kind === "found" ? found.people : [];
  const current = open ? people[active] : undefined;

  useEffect(() => () => search.current?.abort(), []);

  const type = (typed: string) => {
    setText(typed);
    onText(typed);
    setPicked(null);
    onPick(null);
    setActive(0);
    search.current?.abort();
    const wanted = typed.trim();
    if (wanted.length < LEAST) {
      setFound({ kind: "idle" });
      setOpen(false);
      return;
    }
    setFound({ kind: "searching" });
    setOpen(true);
    // An answer to what was typed before must not replace the one to what stands there now.
    const own = new AbortController();
    search.current = own;
    void find(wanted, own.signal).then((answer) => {
      if (!own.signal.aborted) setFound(answer);
    });
  };

  const pick = (person: PickedPerson) => {
    search.current?.abort();
    setText(person.name);
    setPicked(person);
    setOpen(false);
    onPick(person);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open) {
      setOpen(false);
    } else if (event.key === "Enter" && current) {
      event.preventDefault();
      pick(current);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && people.length > 0) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive(open ? (active + step + people.length) % people.length : active);
      setOpen(true);
    }
  };

  return (
    <Field
      label="Person"
      hint={picked ? <PickedHint person={picked} /> : <span>Search your directory by name or e-mail address.</span>}
      error={error}
    >
      {(control) => (
        <div className="relative">
          <input
            {...control}
            type="text"
            role="combobox"
            autoComplete="off"
            spellCheck={false}
            aria-autocomplete="list"
            aria-expanded={open}
            aria-controls={listId}
            aria-activedescendant={current ? `${listId}-${current.oid}` : undefined}
            value={text}
            className={inputClass}
            onChange={(event) => {
              type(event.target.value);
            }}
            onKeyDown={onKeyDown}
            onBlur={() => {
              setOpen(false);
            }}
          />
          <div
            id={listId}
            role="listbox"
            aria-label="People"
            hidden={!open || people.length === 0}
            className="absolute inset-x-0 top-full z-10 mt-1 max-h-64 overflow-y-auto rounded-md border border-line bg-surface py-1 shadow-lg"
          >
            {people.map((person, index) => (
              // The keyboard stays in the text box, which names the option it is at.
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events
              <div
                key={person.oid}
                id={`${listId}-${person.oid}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className={clsx(
                  "cursor-pointer px-2.5 py-1.5",
                  index === active && "bg-sunken forced-colors:outline-2 forced-colors:-outline-offset-2",
                )}
                onMouseDown={(event) => {
                  // The text box keeps the focus, and so the list its place until the click has come through.
                  event.preventDefault();
                }}
                onClick={() => {
                  pick(person);
                }}
                onMouseMove={(event) => {
                  // A list that opens beneath a resting pointer leaves the choice to the keyboard.
                  if (event.movementX !== 0 || event.movementY !== 0) setActive(index);
                }}
              >
                <bdi className="block truncate font-medium">{person.name}</bdi>
                <bdi className="block truncate text-xs text-soft">
                  {person.email ?? person.signInName ?? "No e-mail address"}
                </bdi>
              </div>
            ))}
          </div>
          <p role="status" className={clsx("text-xs text-soft", open && people.length === 0 ? "mt-1" : "sr-only")}>
            {open ? statusOf(found) : ""}
          </p>
        </div>
      )}
    </Field>
  );
}

function PickedHint({ person }: { person: PickedPerson }) {
  return (
    <span>
      Selected: <bdi translate="no">{person.email ?? person.signInName ?? person.name}</bdi>.{" "}
      <span>
        {person.email
          ? "No link needed: they can just sign in."
          : "They have no mailbox in your directory, so nothing can be mailed: you get a link to send them."}
      </span>
    </span>
  );
}

function statusOf(found: Found): string {
  switch (found.kind) {
    case "idle":
      return "";
    case "searching":
      return "Searching…";
    case "refused":
      return found.text;
    case "failed":
      return "We can’t reach your directory right now. Try again, or invite by e-mail.";
    case "found":
      if (found.people.length === 0) return "No one found.";
      return found.people.length === 1 ? "1 person found." : `${String(found.people.length)} people found.`;
  }
}

/** Waits until the typing pauses, then asks the server. Never throws; an aborted search answers nothing of use. */
async function find(text: string, signal: AbortSignal): Promise<Found> {
  await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
  if (signal.aborted) return { kind: "idle" };
  try {
    const response = await fetch(`${SEARCH_PATH}?q=${encodeURIComponent(text)}`, { signal });
    const { people, message } = (await response.json()) as { people?: PickedPerson[]; message?: string };
    if (people) return { kind: "found", people };
    // Without a message it is the directory that didn't answer.
    if (message === undefined) return { kind: "failed" };
    const said: Readonly<Record<number, string>> = { 401: SIGNED_OUT, 409: otherSessionText(message) };
    return { kind: "refused", text: said[response.status] ?? message };
  } catch {
    return { kind: "refused", text: navigator.onLine ? "No response from the server. Try again." : "You’re offline." };
  }
}
