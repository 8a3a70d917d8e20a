import type { MemberView } from "@/components/members/member-steps";
import { Avatar } from "@/components/ui/avatar";
import { SubjectCard } from "@/components/ui/subject-card";

/** The member that a dialog acts on. */
export function MemberCard({ target: { name, email, role } }: { target: MemberView }) {
  return (
    <SubjectCard
      picture={<Avatar name={name} className="size-8" />}
      name={name}
      detail={email ? <bdi translate="no">{email}</bdi> : <span>No e-mail address</span>}
      facts={[["Role", role]]}
    />
  );
}
