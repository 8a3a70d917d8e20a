import {
  AppWindow,
  Ban,
  Bot,
  History,
  Keyboard,
  KeyRound,
  type LucideIcon,
  MonitorSmartphone,
  Plus,
  RotateCw,
  User,
  UserPlus,
  Users,
} from "lucide-react";

import { STATUS_LABELS } from "@/components/api-keys/key-status-badge";
import type { Visit } from "@/components/command-palette/recent";
import {
  AGENTS_PATH,
  API_KEYS_PATH,
  APPLICATIONS_PATH,
  AUDIT_LOG_PATH,
  MEMBERS_PATH,
  SESSIONS_PATH,
} from "@/components/shell/paths";
import { SECTIONS } from "@/components/shell/sections";
import type { FoundKey } from "@/lib/api-keys/find-keys";
import type { Found } from "@/lib/command-palette/search";
import { MIN_SEARCH } from "@/lib/command-palette/min-search";
import type { FoundMember } from "@/lib/members/list";

/** What choosing an entry does. Nothing changes before a dialog was confirmed. */
export type Command =
  | { readonly kind: "open"; readonly href: string }
  /** Opens a page's dialog. */
  | { readonly kind: "dialog"; readonly path: string; readonly dialog: string }
  /** Goes on in the palette, with this text. */
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "help" };

/** An entry of the palette. */
export interface Entry {
  readonly label: string;
  /** What tells it from entries of the same name. */
  readonly detail?: string;
  readonly icon: LucideIcon;
  readonly command: Command;
}

/** Entries below a heading. */
export interface EntryGroup {
  readonly heading: string;
  readonly entries: readonly Entry[];
}

/** Fixed entries, with what they are also found by. */
type FixedEntry = Entry & { readonly words?: string; readonly adminOnly?: true };

const page = (title: string, icon: LucideIcon, href: string): FixedEntry => ({
  label: title,
  icon,
  command: { kind: "open", href },
});
const sectionPage = ({ title, icon, href }: { title: string; icon: LucideIcon; href: string }) =>
  page(title, icon, href);
const adminPage = (title: string, icon: LucideIcon, href: string): FixedEntry => ({
  ...page(title, icon, href),
  detail: SECTIONS.rolesAccess.title,
  adminOnly: true,
});

const PAGES: readonly FixedEntry[] = [
  sectionPage(SECTIONS.agents),
  adminPage("API Keys", KeyRound, API_KEYS_PATH),
  adminPage("Applications", AppWindow, APPLICATIONS_PATH),
  adminPage("Members", Users, MEMBERS_PATH),
  adminPage("Audit log", History, AUDIT_LOG_PATH),
  sectionPage(SECTIONS.quickstart),
  sectionPage(SECTIONS.apiReference),
  page("Your sessions", MonitorSmartphone, SESSIONS_PATH),
];

const ACTIONS: readonly FixedEntry[] = [
  {
    label: "Create API key",
    icon: Plus,
    words: "new add",
    command: { kind: "dialog", path: API_KEYS_PATH, dialog: "create" },
    adminOnly: true,
  },
  {
    label: "Invite a member",
    icon: UserPlus,
    words: "new add person",
    command: { kind: "dialog", path: MEMBERS_PATH, dialog: "invite" },
    adminOnly: true,
  },
  { label: "Rotate a key…", icon: RotateCw, words: "api", command: { kind: "type", text: "Rotate " }, adminOnly: true },
  { label: "Revoke a key…", icon: Ban, words: "api", command: { kind: "type", text: "Revoke " }, adminOnly: true },
  { label: "Keyboard shortcuts", icon: Keyboard, words: "help keys", command: { kind: "help" } },
];

/** What can be done to a key from here. */
const VERBS = {
  rotate: { label: "Rotate", icon: RotateCw },
  revoke: { label: "Revoke", icon: Ban },
} as const;

/** What was typed: a search, or what to do to the keys that a search finds. */
export interface Typed {
  readonly verb: keyof typeof VERBS | null;
  readonly search: string;
}

/** Reads what was typed. Only admins can do something to a key. */
export function readTyped(text: string, isAdmin: boolean): Typed {
  const command = isAdmin ? /^\s*(rotate|revoke)\s+(.*)$/i.exec(text) : null;
  if (!command) return { verb: null, search: text.trim() };
  const [, verb, search = ""] = command;
  return { verb: verb?.toLowerCase() === "revoke" ? "revoke" : "rotate", search: search.trim() };
}

/** Whether a text is long enough to be searched for on the server. */
export const isSearchable = (search: string) => search.length >= MIN_SEARCH;

/** Whether every word of a search is somewhere in a text. */
function contains(text: string, search: string): boolean {
  const lower = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

const keyPath = (id: string) => `${API_KEYS_PATH}/${id}`;

function keyEntry({ id, name, display, status }: FoundKey, verb: Typed["verb"]): Entry {
  const detail = `${display} · ${STATUS_LABELS[status]}`;
  if (verb === null) return { label: name, detail, icon: KeyRound, command: { kind: "open", href: keyPath(id) } };
  const { label, icon } = VERBS[verb];
  return { label: `${label} ${name}`, detail, icon, command: { kind: "dialog", path: keyPath(id), dialog: verb } };
}

function memberEntry({ name, email, role, status }: FoundMember): Entry {
  const state = { active: role, invited: `${role}, invited`, removed: "Removed" }[status];
  return {
    label: name,
    detail: email === null ? state : `${email} · ${state}`,
    icon: User,
    command: { kind: "open", href: `${MEMBERS_PATH}?${new URLSearchParams({ q: email ?? name }).toString()}` },
  };
}

const visitEntry = ({ kind, label, href }: Visit): Entry => ({
  label,
  detail: kind === "key" ? "API key" : "Agent",
  icon: kind === "key" ? KeyRound : Bot,
  command: { kind: "open", href },
});

/** What the entries depend on. */
interface State {
  readonly typed: Typed;
  readonly isAdmin: boolean;
  readonly recent: readonly Visit[];
  /** The path of the page that is shown. */
  readonly here: string;
  /** The latest results, and the search they are of; null before there are any. */
  readonly results: { readonly of: Typed; readonly found: Found } | null;
}

/** The entries of the results. Those of an earlier search stay only as far as they also match the current one. */
function resultGroups({ typed, results }: Pick<State, "typed" | "results">): EntryGroup[] {
  if (!results || !isSearchable(typed.search) || results.of.verb !== typed.verb) return [];
  const isCurrent = results.of.search === typed.search;
  const matching = (entries: readonly Entry[]) =>
    entries.filter(({ label, detail = "" }) => isCurrent || contains(`${label} ${detail}`, typed.search));
  const { keys, agents, members } = results.found;
  return [
    { heading: "API keys", entries: matching(keys.map((key) => keyEntry(key, typed.verb))) },
    {
      heading: "Agents",
      entries: matching(
        agents.map(({ id, name }) => ({
          label: name,
          icon: Bot,
          command: { kind: "open", href: `${AGENTS_PATH}/${id}` },
        })),
      ),
    },
    { heading: "Members", entries: matching(members.map(memberEntry)) },
  ];
}

/** The entries that the palette shows, without empty groups. */
export function entryGroups(state: State): EntryGroup[] {
  const { typed, isAdmin, recent, here } = state;
  const fixed = (all: readonly FixedEntry[]) =>
    all.filter(
      ({ label, detail = "", words = "", adminOnly }) =>
        (isAdmin || !adminOnly) && contains(`${label} ${detail} ${words}`, typed.search),
    );
  const isEmpty = typed.search === "" && typed.verb === null;
  const groups = typed.verb
    ? resultGroups(state)
    : [
        {
          heading: "Recent",
          entries: isEmpty ? recent.filter(({ href }) => href !== here).map(visitEntry) : [],
        },
        { heading: "Actions", entries: fixed(ACTIONS) },
        { heading: "Pages", entries: fixed(PAGES) },
        ...resultGroups(state),
      ];
  return groups.filter(({ entries }) => entries.length > 0);
}
