"use client";

import { Command as Primitive } from "cmdk";
import { LoaderCircle, Search } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useEffect, useRef, useState, useTransition } from "react";

import { openedFor } from "@/components/browser/rendered-for";
import {
  type Command,
  type Entry,
  entryGroups,
  isSearchable,
  readTyped,
  type Typed,
} from "@/components/command-palette/items";
import { recentVisits } from "@/components/command-palette/recent";
import { ShortcutsDialog } from "@/components/command-palette/shortcuts-dialog";
import { useSearch } from "@/components/command-palette/use-search";
import { openDialogHere } from "@/components/hooks/use-dialog-link";
import { CloseButton } from "@/components/ui/dialog";
import { countText } from "@/lib/text/number";
import { redactSearch } from "@/lib/text/redact-search";

interface Props {
  readonly isAdmin: boolean;
  /** What was typed before this had loaded. */
  readonly initial: string;
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

/** The command palette, and the list of shortcuts: one piece of code, fetched when the first of them is wanted. */
export function CommandPalette({
  face,
  opener,
  ...props
}: Props & {
  /** What is open. */
  face: "palette" | "help" | null;
  /** What gets the focus back. */
  opener: Element | null;
}) {
  return (
    <>
      <Dialog.Root
        open={face === "palette"}
        onOpenChange={(open) => {
          if (!open) props.onClose();
        }}
      >
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-shade" />
          <Dialog.Content
            aria-describedby={undefined}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              // A dialog that was chosen may have the focus already.
              if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus();
            }}
            className="fixed inset-x-3 top-3 z-40 mx-auto max-w-xl overflow-hidden rounded-lg border border-line bg-surface shadow-overlay outline-none sm:top-[12vh]"
          >
            <Dialog.Title className="sr-only">Search everything</Dialog.Title>
            <Palette {...props} />
            {/* Outside of the palette, whose Enter chooses an entry. */}
            <CloseButton className="top-2 right-2" />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <ShortcutsDialog open={face === "help"} onClose={props.onClose} />
    </>
  );
}

function Palette({ isAdmin, initial, onClose, onHelp }: Props) {
  const [text, setText] = useState(() => redactSearch(initial));
  const [recent] = useState(recentVisits);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Radix would select what was typed before this had loaded.
    input.current?.focus();
    input.current?.setSelectionRange(initial.length, initial.length);
  }, [initial]);
  const here = usePathname();
  const router = useRouter();
  const [opening, startOpening] = useTransition();
  const typed = readTyped(text, isAdmin);
  const { results, problem, searching } = useSearch(typed);
  const groups = entryGroups({ typed, isAdmin, recent, here, results });
  const count = groups.reduce((sum, { entries }) => sum + entries.length, 0);
  const message = problem ?? (count > 0 ? null : emptyText(typed, searching));

  // Closes together with the page that is left, so that it's never unclear whether anything happens.
  const go = (href: string) =>
    startOpening(() => {
      router.push(href);
      onClose();
    });
  const run = (command: Command) => {
    if (command.kind === "open") go(command.href);
    else if (command.kind === "type") setText(command.text);
    else if (command.kind === "help") onHelp();
    else if (command.path !== here) go(`${command.path}#${command.dialog}`);
    else {
      onClose();
      openDialogHere(command.dialog);
    }
  };
  return (
    <Primitive label="Search everything" shouldFilter={false} loop vimBindings={false}>
      <div className="flex items-center gap-2.5 border-b border-line pr-11 pl-3.5">
        {searching || opening ? (
          <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-soft" />
        ) : (
          <Search aria-hidden className="size-4 shrink-0 text-soft" />
        )}
        <Primitive.Input
          ref={input}
          value={text}
          // A pasted key must not be sent.
          onValueChange={(value) => setText(redactSearch(value))}
          placeholder={isAdmin ? "Search keys, agents, members and pages" : "Search agents and pages"}
          className="h-11 min-w-0 flex-1 bg-transparent outline-none placeholder:text-soft"
        />
      </div>
      <Primitive.List
        label="Results"
        // Keeps the focus in the text box.
        onMouseDown={(event) => event.preventDefault()}
        className="max-h-[min(24rem,60vh)] scroll-py-2 overflow-y-auto overscroll-contain"
      >
        {groups.map(({ heading, entries }) => (
          <Primitive.Group
            key={heading}
            heading={heading}
            className="p-1.5 **:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:py-1 **:[[cmdk-group-heading]]:text-xs **:[[cmdk-group-heading]]:font-medium **:[[cmdk-group-heading]]:text-soft"
          >
            {entries.map((entry) => (
              <Row key={rowId(entry)} entry={entry} onChoose={() => run(entry.command)} />
            ))}
          </Primitive.Group>
        ))}
      </Primitive.List>
      {message ? <p className="px-4 py-6 text-center text-soft">{message}</p> : null}
      <p role="status" className="sr-only">
        {opening ? "Opening…" : (message ?? (searching ? "Searching…" : countText(count, ["result", "results"])))}
      </p>
      <Footer />
    </Primitive>
  );
}

const rowId = ({ label, command }: Entry) => JSON.stringify([label, command]);

function Row({ entry, onChoose }: { entry: Entry; onChoose: () => void }) {
  const { label, detail, icon: Icon } = entry;
  return (
    <Primitive.Item
      value={rowId(entry)}
      onSelect={onChoose}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 py-1 data-[selected=true]:bg-sunken forced-colors:data-[selected=true]:outline-2 forced-colors:data-[selected=true]:-outline-offset-2"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-soft" />
      <bdi className="min-w-0 truncate">{label}</bdi>
      {detail ? (
        <span className="ml-auto max-w-1/2 shrink-0 truncate pl-2 text-xs text-soft">
          <bdi>{detail}</bdi>
        </span>
      ) : null}
    </Primitive.Item>
  );
}

function Footer() {
  // Tells people with two organisations in two tabs which one this searches.
  const organisation = openedFor()?.organisation;
  return (
    <div className="flex items-center justify-between gap-4 border-t border-line px-3.5 py-2 text-xs text-soft">
      <p className="min-w-0 truncate">
        in <bdi translate="no">{organisation}</bdi>
      </p>
      <p aria-hidden className="flex shrink-0 gap-3 max-sm:hidden">
        <span>↑↓ Move</span>
        <span>↵ Open</span>
        <span>Esc Close</span>
      </p>
    </div>
  );
}

/** What is said in place of entries. */
function emptyText({ verb, search }: Typed, searching: boolean): string {
  if (searching) return "Searching…";
  if (!isSearchable(search))
    return verb ? "Type the key’s name or its last characters." : "Type another character to search.";
  return verb ? "No working key matches." : "Nothing matches.";
}
