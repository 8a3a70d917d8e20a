import { NotFound } from "@/components/shell/not-found";

/** For the few addresses that Next itself refuses; app/(dashboard)/[...unknown] handles all others. */
export default function RootNotFound() {
  return (
    <main className="grid min-h-dvh content-center">
      <NotFound to="/" label="Continue to Neo" />
    </main>
  );
}
