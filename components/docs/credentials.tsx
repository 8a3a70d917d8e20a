"use client";

import { createContext, useContext, useState, type ReactNode } from "react";

/** Pasted credentials, by kind. They are in the page's memory and nowhere else: leaving the page forgets them. */
type Pasted = Readonly<Record<string, string>>;

const Credentials = createContext<readonly [Pasted, (change: Pasted) => void]>([{}, () => undefined]);

/** The pasted credentials, and a function that adds to them. */
export const useCredentials = () => useContext(Credentials);

/** Shares pasted credentials between the operations of a page. */
export function CredentialsProvider({ children }: { children: ReactNode }) {
  const [pasted, setPasted] = useState<Pasted>({});
  const add = (change: Pasted) => setPasted((before) => ({ ...before, ...change }));
  return <Credentials value={[pasted, add]}>{children}</Credentials>;
}
