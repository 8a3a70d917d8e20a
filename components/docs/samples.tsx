"use client";

import { Tabs } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

import { codeFrameClass, CodeHeader, codeScrollClass, useCode } from "@/components/ui/code-block";
import { useLanguage } from "@/components/docs/language";
import { firstLanguage, LANGUAGE_LABELS, type Program } from "@/lib/docs/languages";

/** One program in every language. All programs of the page show the same language. @param children below the program */
export function Samples({
  title,
  programs,
  children,
}: {
  title: string;
  programs: readonly Program[];
  children?: ReactNode;
}) {
  const [language, choose] = useLanguage();
  const code = programs.find(([one]) => one === language)?.[1] ?? "";
  const { pre, button, status } = useCode(code, `${title} in ${LANGUAGE_LABELS[language]}`);
  return (
    <Tabs.Root
      value={language}
      onValueChange={(value) => choose(firstLanguage(value))}
      className={`${codeFrameClass} print:break-inside-avoid`}
    >
      <CodeHeader button={button}>
        <Tabs.List aria-label={`Language of the ${title}`} asChild>
          <Plain className="-ml-2 flex flex-wrap self-stretch outline-none">
            {programs.map(([one]) => (
              <Tabs.Trigger
                key={one}
                value={one}
                className="tab-line min-h-8 px-2 text-xs font-medium text-soft hover:text-ink data-[state=active]:text-ink"
              >
                {LANGUAGE_LABELS[one]}
              </Tabs.Trigger>
            ))}
          </Plain>
        </Tabs.List>
      </CodeHeader>
      {programs.map(([one]) => (
        <Tabs.Content key={one} value={one} asChild>
          <Plain className={codeScrollClass}>{pre}</Plain>
        </Tabs.Content>
      ))}
      {status}
      {children}
    </Tabs.Root>
  );
}

/** A block without the inline style that Radix sets, which the policy refuses. */
function Plain({ style: _, ...rest }: ComponentProps<"div">) {
  return <div {...rest} />;
}
