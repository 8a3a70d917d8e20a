"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Tabs } from "radix-ui";
import type { ComponentProps } from "react";

import { CodeBlock } from "@/components/docs/code-block";
import { LANGUAGE_LABELS, LANGUAGES, type Language } from "@/lib/docs/languages";

const language = parseAsStringLiteral(LANGUAGES).withDefault("curl");

type Programs = readonly (readonly [language: Language, code: string])[];

/** One program in every language. The choice is in the URL, shared by all programs of the page. */
export function SnippetTabs({ title, programs }: { title: string; programs: Programs }) {
  const [chosen, choose] = useQueryState("lang", language);
  return (
    <Tabs.Root
      value={chosen}
      onValueChange={(value) => void choose(language.parse(value))}
      className="grid min-w-0 gap-2"
    >
      <Tabs.List aria-label={`Language of the ${title}`} asChild>
        <Plain className="flex flex-wrap gap-x-1 border-b border-line outline-none">
          {programs.map(([one]) => (
            <Tabs.Trigger
              key={one}
              value={one}
              className="-mb-px border-b-2 border-transparent px-2.5 py-1.5 text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-ink forced-colors:border-[Canvas] forced-colors:data-[state=active]:border-[Highlight]"
            >
              {LANGUAGE_LABELS[one]}
            </Tabs.Trigger>
          ))}
        </Plain>
      </Tabs.List>
      {programs.map(([one, code]) => (
        <Tabs.Content key={one} value={one} asChild>
          <Plain className="min-w-0">
            <CodeBlock code={code} label={`${title} in ${LANGUAGE_LABELS[one]}`} />
          </Plain>
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

/** A block without the inline style that Radix sets, which the policy refuses. */
function Plain({ style: _, ...rest }: ComponentProps<"div">) {
  return <div {...rest} />;
}
