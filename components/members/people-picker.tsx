"use client";

import { clsx } from "clsx";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";

import { otherSessionText } from "@/components/browser/rendered-for";
import { SIGNED_OUT } from "@/components/browser/action-failure";
import { Field } from "@/components/ui/field";
import { inputClass } from "@/components/ui/input";
import type { MemberStatus } from "@/lib/members/status";

const SEARCH_PATH = "/roles-access/members/people";
const TYPING_MS = 250;
/** Shortest text that is searched for. */
const MIN_LENGTH = 2;

/** A person of the directory, as the search returns them. */
export interface PersonView {
  readonly oid: string;
  readonly name: string;
  /** The mailbox; null without one. */
  readonly email: string | null;
  /** Distinguishes people of the same name. */
  readonly signInName: string | null;
  /** Of people whom the members list has already; null for those who can be invited. */
  readonly status: MemberStatus | null;
}

/** Why somebody can't be invited. */
const LISTED: Readonly<Record<MemberStatus, string>> = {
  active: "Already a member",
  invited: "Already invited",
  removed: "Removed. Restore them in the list.",
};

/**
 * A combobox over the directory (ARIA Authoring Practices, "Editable Combobox With List Autocomplete"): typing searches, arrow
 * keys move, Enter and a click choose, Escape closes the list.
 * @param picked the person chosen
 * @param onPick receives the person chosen, and null as soon as the text changes again
 * @param onText receives the text in the box
 */
export function PeoplePicker({
  picked,
  onPick,
  onText,
  error,
}: {
  picked: PersonView | null;
  onPick: (person: PersonView | null) => void;
  onText: (text: string) => void;
  error: string | undefined;
}) {
  const [text, setText] = useState(picked?.name ?? "");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const listId = useId();
  const { state, search, stop } = usePeopleSearch();
  const people = state.kind === "found" ? state.people : [];
  // The others follow.
  const free = people.filter(({ status }) => status === null);
  const current = open ? free[active] : undefined;

  const type = (typed: string) => {
    setText(typed);
    onText(typed);
    onPick(null);
    setActive(0);
    setOpen(search(typed));
  };
  const pick = (person: PersonView) => {
    stop();
    setText(person.name);
    setOpen(false);
    onPick(person);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open) {
      setOpen(false);
    } else if (event.key === "Enter" && current) {
      event.preventDefault();
      pick(current);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && free.length > 0) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive(open ? (active + step + free.length) % free.length : active);
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
            aria-activedescendant={current ? optionId(listId, current) : undefined}
            value={text}
            className={inputClass}
            onChange={(event) => type(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={() => setOpen(false)}
          />
          <People id={listId} people={open ? people : []} active={active} onActive={setActive} onPick={pick} />
          <SearchStatus search={state} isOpen={open} />
        </div>
      )}
    </Field>
  );
}

const optionId = (listId: string, { oid }: PersonView) => `${listId}-${oid}`;

function People({
  id,
  people,
  active,
  onActive,
  onPick,
}: {
  id: string;
  people: readonly PersonView[];
  active: number;
  onActive: (index: number) => void;
  onPick: (person: PersonView) => void;
}) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label="People"
      hidden={people.length === 0}
      className="absolute inset-x-0 top-full z-10 mt-1 max-h-64 overflow-y-auto rounded-md border border-line bg-surface py-1 shadow-overlay"
    >
      {people.map((person, index) => (
        // The focus stays in the text box, which names the active option.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={person.oid}
          id={optionId(id, person)}
          role="option"
          tabIndex={-1}
          aria-selected={person.status === null && index === active}
          aria-disabled={person.status !== null || undefined}
          className={clsx(
            "px-2.5 py-1.5",
            person.status !== null ? "text-soft forced-colors:text-[GrayText]" : "cursor-pointer",
            person.status === null &&
              index === active &&
              "bg-sunken forced-colors:outline-2 forced-colors:-outline-offset-2",
          )}
          // Keeps the focus in the text box, so that the list stays open until the click arrives.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            if (person.status === null) onPick(person);
          }}
          onMouseMove={(event) => {
            // A list that opens beneath a resting pointer leaves the choice to the keyboard.
            if (person.status === null && (event.movementX !== 0 || event.movementY !== 0)) onActive(index);
          }}
        >
          <bdi className="block truncate font-medium">{person.name}</bdi>
          <bdi className="block truncate text-xs text-soft">
            {person.email ?? person.signInName ?? "No e-mail address"}
          </bdi>
          {person.status === null ? null : <span className="block text-xs">{LISTED[person.status]}</span>}
        </div>
      ))}
    </div>
  );
}

function PickedHint({ person }: { person: PersonView }) {
  return (
    <span>
      Selected: <bdi translate="no">{person.email ?? person.signInName ?? person.name}</bdi>.{" "}
      <span>
        {person.email
          ? "No link needed: they can just sign in."
          : "They have no mailbox in your directory, so we can’t e-mail them. You’ll get a link to send them."}
      </span>
    </span>
  );
}

/** Announces the search, and shows it where there is no list to show. */
function SearchStatus({ search, isOpen }: { search: PeopleSearch; isOpen: boolean }) {
  const hasPeople = search.kind === "found" && search.people.length > 0;
  return (
    <p role="status" className={clsx("text-xs text-soft", isOpen && !hasPeople ? "mt-1" : "sr-only")}>
      {isOpen ? statusText(search) : ""}
    </p>
  );
}

function statusText(search: PeopleSearch): string {
  if (search.kind === "idle") return "";
  if (search.kind === "failed") return search.text;
  if (search.kind !== "found") return "Searching…";
  const { length } = search.people;
  if (length === 0) return "No one found.";
  return length === 1 ? "1 person found." : `${String(length)} people found.`;
}

/** How far a search has come. */
type PeopleSearch =
  | { readonly kind: "idle" | "searching" }
  | { readonly kind: "failed"; readonly text: string }
  | { readonly kind: "found"; readonly people: readonly PersonView[] };

/** Searches the directory while someone types. @returns the state, what begins a search, and what ends it */
function usePeopleSearch() {
  const [state, setState] = useState<PeopleSearch>({ kind: "idle" });
  const current = useRef<AbortController | null>(null);
  const stop = () => current.current?.abort();
  useEffect(() => stop, []);

  /** @returns whether the text is long enough to be searched for */
  const search = (typed: string): boolean => {
    stop();
    const text = typed.trim();
    if (text.length < MIN_LENGTH) {
      setState({ kind: "idle" });
      return false;
    }
    setState({ kind: "searching" });
    // A response to what was typed before must not replace a newer one.
    const own = new AbortController();
    current.current = own;
    void find(text, own.signal).then((found) => {
      if (!own.signal.aborted) setState(found);
    });
    return true;
  };
  return { state, search, stop };
}

/** Waits until the typing pauses, then asks the server. Never throws; the result of an aborted search is to be ignored. */
async function find(text: string, signal: AbortSignal): Promise<PeopleSearch> {
  await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
  if (signal.aborted) return { kind: "idle" };
  try {
    const response = await fetch(`${SEARCH_PATH}?q=${encodeURIComponent(text)}`, { signal });
    const { people, message } = (await response.json()) as { people?: PersonView[]; message?: string };
    if (people) return { kind: "found", people };
    // Without a message, the directory didn't respond.
    if (message === undefined)
      return { kind: "failed", text: "We can’t reach your directory right now. Try again, or invite by e-mail." };
    const texts: Readonly<Record<number, string>> = { 401: SIGNED_OUT, 409: otherSessionText(message) };
    return { kind: "failed", text: texts[response.status] ?? message };
  } catch {
    return { kind: "failed", text: navigator.onLine ? "No response from the server. Try again." : "You’re offline." };
  }
}
