import { NotFound } from "@/components/shell/not-found";

/** For the few addresses that Next itself refuses; app/(dashboard)/[...unknown] handles all others. */
export default function RootNotFound() {
  return (
    <main className="mx-auto max-w-md px-4 py-24">
      <NotFound to="/" />
    </main>
  );
}
