import type { ReactNode } from "react";

import { Brand } from "@/components/shell/brand";

/** The frame of a page for people who aren't signed in, or not yet members: the product's name above a narrow column. */
export function PlainFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col px-5 py-6 sm:px-10">
      <header>
        <Brand />
      </header>
      <main className="mx-auto grid w-full max-w-xl content-start gap-6 py-10 sm:py-16">{children}</main>
    </div>
  );
}
