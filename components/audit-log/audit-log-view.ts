/** An event of the audit log, as it is shown. */
export interface AuditEventView {
  readonly id: string;
  readonly seq: bigint;
  readonly at: Date;
  readonly actorKind: "MEMBER" | "API_KEY" | "PERSON";
  readonly actorId: string;
  readonly actorName: string;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly targetName: string;
  readonly details: unknown;
  readonly requestId: string;
  readonly clientAddress: string | null;
  readonly userAgent: string | null;
}
