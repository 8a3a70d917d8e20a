import { Bot, FileCode2, Rocket, ShieldCheck, type LucideIcon } from "lucide-react";

import { AGENTS_PATH, API_KEYS_PATH, API_REFERENCE_PATH, QUICKSTART_PATH } from "@/components/shell/paths";

/** A section of the dashboard. */
interface Section {
  /** Where its pages' addresses begin. */
  readonly path: string;
  /** Its first page: a redirect would cost a round trip. */
  readonly href: string;
  readonly icon: LucideIcon;
  readonly title: string;
  readonly description: string;
  readonly adminOnly?: true;
}

/** The sections, for the navigation, the pages and the outlines of pages that are loading. */
export const SECTIONS = {
  agents: {
    path: AGENTS_PATH,
    href: AGENTS_PATH,
    icon: Bot,
    title: "Agents",
    description: "What your integrations can reach through the API.",
  },
  rolesAccess: {
    path: "/roles-access",
    href: API_KEYS_PATH,
    icon: ShieldCheck,
    title: "Roles & Access",
    description: "Who and what may act on behalf of your organisation.",
    adminOnly: true,
  },
  quickstart: {
    path: QUICKSTART_PATH,
    href: QUICKSTART_PATH,
    icon: Rocket,
    title: "Quickstart",
    description: "From a new key to your first response.",
  },
  apiReference: {
    path: API_REFERENCE_PATH,
    href: API_REFERENCE_PATH,
    icon: FileCode2,
    title: "API reference",
    description: "Every endpoint of the HTTP API, with examples.",
  },
} as const satisfies Readonly<Record<string, Section>>;

/** Whether a page belongs to a section. */
export function isWithin({ path }: Pick<Section, "path">, pathname: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`);
}

/** The section that a page belongs to. */
export function sectionOf(pathname: string): Section | undefined {
  return Object.values<Section>(SECTIONS).find((section) => isWithin(section, pathname));
}
