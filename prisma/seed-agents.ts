// Demo agents of a managed service provider, as many and as varied as after a year of use.
import { createHash } from "node:crypto";

import type { AutonomyType, PrismaClient, TriggerType } from "@/lib/generated/prisma/client";
import type { AgentCreateManyInput } from "@/lib/generated/prisma/models";

type Json = string | number | boolean | Json[] | { [key: string]: Json };

interface Template {
  name: string;
  description: string | null;
  entity: string;
  trigger: TriggerType;
  autonomy: AutonomyType;
  actions?: Json[];
  settings?: Json;
  callback?: Json;
  schedule?: Json;
  tickets?: Json;
  timeEntries?: Json;
  toolbox?: Json;
  audience?: "MSP" | "END_USER";
  access?: "ALL_USERS" | "ADMINS_ONLY" | "SPECIFIC_USERS";
  enabled?: false;
}

// Action steps.
const note = (text: string): Json => ({ type: "add_note", internal: true, text });
const reply = (template: string): Json => ({ type: "reply_to_contact", template });
const assign = (queue: string): Json => ({ type: "assign_queue", queue });
const classify = (...fields: string[]): Json => ({ type: "classify", fields, min_confidence: 0.8 });
const setField = (field: string, value: Json): Json => ({ type: "set_field", field, value });
const notify = (channel: string, text: string): Json => ({ type: "notify_teams", channel, text });
const email = (to: string, subject: string): Json => ({ type: "send_email", to, subject });
const runbook = (name: string, parameters: Json = {}): Json => ({ type: "run_runbook", name, parameters });
const summarize = (into: string): Json => ({ type: "summarize", into, max_words: 120 });
const report = (name: string): Json => ({ type: "build_report", name, format: "pdf" });

// Triggers.
const cron = (expression: string, timezone = "Europe/London"): Json => ({ cron: expression, timezone });
const when = (event: string, ...all: Json[]): Json => ({ event, all });
const is = (field: string, value: Json): Json => ({ field, operator: "equals", value });
const has = (field: string, value: string): Json => ({ field, operator: "contains", value });
const over = (field: string, value: number): Json => ({ field, operator: "greater_than", value });

const chain = (
  entity: string,
  trigger: TriggerType,
  name: string,
  description: string | null,
  actions: Json[],
  more: Partial<Template> = {},
): Template => ({
  name,
  description,
  entity,
  trigger,
  autonomy: "CHAINED_ACTIONS",
  actions,
  ...more,
});

const agentic = (
  entity: string,
  trigger: TriggerType,
  name: string,
  goal: string,
  tools: string[],
  more: Partial<Template> = {},
): Template => ({
  name,
  description: goal,
  entity,
  trigger,
  autonomy: "AGENTIC",
  settings: { goal, max_steps: 25, approval: "before_changes", temperature: 0.2 },
  toolbox: { tools },
  ...more,
});

const chat = (name: string, description: string, tools: string[], more: Partial<Template> = {}): Template => ({
  name,
  description,
  entity: "none",
  trigger: "NONE",
  autonomy: "CONVERSATIONAL",
  settings: { greeting: "How can I help?", tone: "friendly", hand_over_after_turns: 12 },
  toolbox: { tools },
  audience: "MSP",
  access: "ALL_USERS",
  ...more,
});

const TEMPLATES: readonly Template[] = [
  chain(
    "ticket",
    "TRIGGERED",
    "Triage new tickets",
    "Sets type, subtype and priority of every new ticket and sends it to the right queue.",
    [classify("type", "subtype", "priority"), assign("by_type"), note("Triaged automatically.")],
    { tickets: when("created", is("source", "email")) },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "Password reset first response",
    "Sends the self-service link and waits two hours before a technician is asked.",
    [reply("password-reset-self-service"), setField("status", "waiting_customer")],
    { tickets: when("created", has("title", "password")) },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "VIP escalation",
    "Tickets of a customer's executives go straight to the service lead.",
    [setField("priority", "critical"), assign("service-leads"), notify("Service desk", "VIP ticket {{ticket.number}}")],
    { tickets: when("created", is("contact.vip", true)) },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "Out-of-hours acknowledgement",
    "Tells contacts who write at night when somebody will look, and how to reach the on-call engineer.",
    [reply("out-of-hours")],
    { tickets: when("created", is("business_hours", false)) },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "Merge duplicate monitoring alerts",
    "Folds repeated alerts of one device within 30 minutes into the first ticket.",
    [{ type: "find_similar", window_minutes: 30, by: ["configuration", "title"] }, { type: "merge_into_oldest" }],
    { tickets: when("created", is("source", "rmm")) },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "Backup failure runbook",
    "Retries the failed job once and attaches its log.",
    [runbook("retry-backup-job", { attempts: 1 }), note("Backup was retried; its log is attached.")],
    {
      tickets: when("created", has("title", "backup failed")),
      callback: { url: "https://hooks.example.com/backups", events: ["completed", "failed"] },
    },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "Disk space cleanup",
    "Clears temporary files and old update caches when a disk is nearly full.",
    [runbook("clean-disk", { keep_days: 14 }), setField("status", "resolved")],
    { tickets: when("created", has("title", "disk space"), is("source", "rmm")) },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "Phishing report intake",
    "Quarantines the reported message, looks for it in other mailboxes and alerts security.",
    [runbook("quarantine-message"), assign("security"), notify("Security", "Phishing reported by {{contact.name}}")],
    { tickets: when("created", has("title", "phish")) },
  ),
  chain(
    "ticket",
    "SCHEDULED",
    "Stale ticket nudge",
    "Reminds the owner of every ticket that nobody touched for three working days.",
    [note("No activity for three working days."), { type: "mention_owner" }],
    { schedule: cron("0 9 * * 1-5"), tickets: when("scan", over("days_since_update", 3)) },
  ),
  chain(
    "ticket",
    "SCHEDULED",
    "Waiting-on-customer follow-up",
    "Asks twice, a week apart, then closes.",
    [reply("still-need-help"), setField("follow_ups", "+1")],
    { schedule: cron("30 10 * * 2,4"), tickets: when("scan", is("status", "waiting_customer")) },
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "SLA breach warning",
    "Warns the lead 30 minutes before a first response is late.",
    [notify("Service desk", "{{ticket.number}} breaches its SLA in 30 minutes"), setField("flag", "sla-risk")],
    { tickets: when("sla_due_in_minutes", over("priority", 2)) },
  ),
  chain("ticket", "TRIGGERED", "Satisfaction survey", null, [email("{{contact.email}}", "How did we do?")], {
    tickets: when("status_changed", is("status", "resolved")),
  }),
  chain(
    "ticket",
    "TRIGGERED",
    "Translate incoming tickets",
    "Adds an English translation to tickets in other languages.",
    [{ type: "translate", to: "en", into: "note" }],
    { tickets: when("created", { field: "language", operator: "not_equals", value: "en" }) },
  ),
  chain(
    "ticket",
    "NONE",
    "Summarise for handover",
    "Run by hand before a shift ends: writes the state of a ticket in five lines.",
    [summarize("note")],
  ),
  chain(
    "ticket",
    "TRIGGERED",
    "Licence request approval",
    "Asks the customer's approver, then orders the licence.",
    [{ type: "request_approval", from: "company.approver", expires_hours: 72 }, runbook("assign-m365-licence")],
    { tickets: when("created", is("subtype", "licence_request")) },
  ),
  chain(
    "project_ticket",
    "TRIGGERED",
    "Project ticket kickoff checklist",
    "Adds the kickoff checklist that belongs to the project's type.",
    [{ type: "apply_checklist", name: "by_project_type" }, { type: "mention_owner" }],
    { tickets: when("created") },
  ),
  chain(
    "project_ticket",
    "SCHEDULED",
    "Project ticket budget check",
    "Flags project tickets that used more than 80 % of their hours.",
    [setField("flag", "budget"), notify("Projects", "{{ticket.number}} is at {{ticket.budget_used}} %")],
    { schedule: cron("0 7 * * 1-5"), tickets: when("scan", over("budget_used_percent", 80)) },
  ),
  chain(
    "task",
    "SCHEDULED",
    "Overdue tasks digest",
    "One message a morning to each person with overdue tasks.",
    [email("{{resource.email}}", "Your overdue tasks")],
    { schedule: cron("0 8 * * 1-5") },
  ),
  chain(
    "scheduled_entry",
    "SCHEDULED",
    "Tomorrow's on-site visits",
    "Sends engineers and contacts the visits of the next day.",
    [email("{{resource.email}}", "Your visits tomorrow"), email("{{contact.email}}", "We visit you tomorrow")],
    { schedule: cron("0 16 * * 1-5") },
  ),
  chain(
    "scheduled_entry",
    "TRIGGERED",
    "Double booking guard",
    "Tells the dispatcher when an engineer is booked twice.",
    [notify("Dispatch", "{{resource.name}} is booked twice on {{entry.date}}")],
  ),
  chain(
    "time_entry",
    "SCHEDULED",
    "Missing time entries",
    "Lists who booked fewer than seven hours yesterday.",
    [email("{{resource.manager.email}}", "Missing time entries"), notify("Service desk", "Time entries are missing")],
    {
      schedule: cron("0 9 * * 2-6"),
      timeEntries: when("scan", { field: "hours_per_day", operator: "less_than", value: 7 }),
    },
  ),
  chain(
    "time_entry",
    "TRIGGERED",
    "Time entry note quality",
    "Sends entries with notes too short for an invoice back to their author.",
    [setField("status", "needs_work"), { type: "mention_owner" }],
    { timeEntries: when("submitted", { field: "notes_length", operator: "less_than", value: 40 }) },
  ),
  chain(
    "time_entry",
    "TRIGGERED",
    "Out-of-contract work alert",
    "Tells the account manager about billable hours outside the agreement.",
    [notify("Account management", "{{company.name}}: {{entry.hours}} h outside the agreement")],
    { timeEntries: when("submitted", is("covered_by_contract", false)) },
  ),
  chain(
    "time_entry",
    "TRIGGERED",
    "Rewrite notes for invoices",
    "Turns shorthand into sentences a customer understands; the original stays.",
    [{ type: "rewrite", style: "customer_facing", keep_original: true }],
    { timeEntries: when("approved"), enabled: false },
  ),
  chain(
    "project",
    "SCHEDULED",
    "Weekly project status report",
    "Progress, risks and next steps for the customer, every Friday.",
    [report("project-status"), email("{{company.primary_contact.email}}", "Project status: {{project.name}}")],
    { schedule: cron("0 14 * * 5") },
  ),
  chain("project", "TRIGGERED", "Project closure", "Collects open items, files the documents and asks for sign-off.", [
    { type: "collect_open_items" },
    { type: "request_approval", from: "company.primary_contact", expires_hours: 240 },
  ]),
  chain(
    "company",
    "TRIGGERED",
    "New customer onboarding",
    "Creates the onboarding project, the documentation folder and the monitoring site.",
    [
      { type: "create_project", template: "onboarding-v4" },
      runbook("create-rmm-site"),
      notify("Onboarding", "{{company.name}} is on board"),
    ],
    { callback: { url: "https://hooks.example.com/onboarding", events: ["completed"] } },
  ),
  chain(
    "company",
    "SCHEDULED",
    "Quarterly business review pack",
    "Tickets, satisfaction, assets and recommendations of the quarter.",
    [report("qbr"), email("{{company.account_manager.email}}", "QBR pack for {{company.name}}")],
    { schedule: cron("0 6 1 1,4,7,10 *") },
  ),
  chain(
    "contact",
    "TRIGGERED",
    "New starter setup",
    "Creates the account, the licence, the groups and the welcome message.",
    [runbook("create-m365-user"), runbook("add-to-groups", { by: "role" }), reply("welcome-new-starter")],
    { callback: { url: "https://hooks.example.com/hr", events: ["completed", "failed"] } },
  ),
  chain(
    "contact",
    "TRIGGERED",
    "Leaver offboarding",
    "Blocks sign-in at the hour that HR gave, converts the mailbox, frees the licence.",
    [
      runbook("block-sign-in"),
      runbook("convert-to-shared-mailbox"),
      runbook("release-licences"),
      note("Offboarding finished."),
    ],
  ),
  chain(
    "contact",
    "SCHEDULED",
    "Contacts without MFA",
    "Lists people without a second factor, by customer.",
    [report("mfa-gaps"), notify("Security", "MFA gaps of the week")],
    { schedule: cron("0 7 * * 1") },
  ),
  chain(
    "resource",
    "SCHEDULED",
    "Engineer utilisation",
    "Last week's hours by engineer against target.",
    [report("utilisation"), email("operations@msp.example", "Utilisation last week")],
    { schedule: cron("0 7 * * 1", "America/New_York") },
  ),
  chain(
    "contract",
    "SCHEDULED",
    "Contract renewal reminders",
    "90, 60 and 30 days before a contract ends.",
    [email("{{company.account_manager.email}}", "Renewal: {{contract.name}}"), setField("stage", "renewal")],
    { schedule: cron("0 8 * * *") },
  ),
  chain(
    "contract",
    "SCHEDULED",
    "Block hours running low",
    "Tells the customer when less than a fifth of their hours is left.",
    [email("{{company.primary_contact.email}}", "Your remaining hours")],
    { schedule: cron("0 8 * * 1") },
  ),
  chain("opportunity", "TRIGGERED", "Hardware refresh quote", "Makes a draft quote from assets out of warranty.", [
    { type: "collect_assets", filter: "out_of_warranty" },
    { type: "draft_quote", price_book: "standard" },
  ]),
  chain(
    "opportunity",
    "SCHEDULED",
    "Quiet opportunities",
    null,
    [notify("Sales", "{{opportunity.name}} is quiet since {{opportunity.last_activity}}")],
    { schedule: cron("0 9 * * 3"), enabled: false },
  ),
  chain(
    "configuration",
    "SCHEDULED",
    "Warranty expiry sweep",
    "Looks up the warranty of every device and opens a ticket 60 days ahead.",
    [
      { type: "lookup_warranty", vendors: ["dell", "hp", "lenovo"] },
      { type: "create_ticket", queue: "lifecycle" },
    ],
    { schedule: cron("0 3 1 * *") },
  ),
  chain(
    "configuration",
    "TRIGGERED",
    "Certificate expiry",
    "Opens a ticket for TLS certificates that end within 21 days.",
    [{ type: "create_ticket", queue: "infrastructure", priority: "high" }],
  ),
  chain(
    "note",
    "TRIGGERED",
    "Redact secrets in notes",
    "Masks passwords and card numbers that somebody pasted into a note.",
    [{ type: "redact", patterns: ["password", "card_number", "api_key"] }],
  ),
  chain(
    "none",
    "SCHEDULED",
    "Morning stand-up brief",
    "Tickets overnight, outages, absences: one message at eight.",
    [summarize("message"), notify("Service desk", "Good morning")],
    { schedule: cron("0 8 * * 1-5") },
  ),
  agentic(
    "ticket",
    "TRIGGERED",
    "Tier 1 resolver",
    "Resolve common user requests from the knowledge base, or hand over with what was found.",
    ["knowledge_base", "m365_admin", "reply_to_contact"],
    { tickets: when("created", is("priority", "low")) },
  ),
  agentic(
    "ticket",
    "TRIGGERED",
    "Network outage investigator",
    "Find out whether a site is down, since when and why, from monitoring and the provider's status.",
    ["rmm", "isp_status", "add_note"],
    { tickets: when("created", has("title", "internet")) },
  ),
  agentic(
    "ticket",
    "NONE",
    "Root cause writer",
    "Write a root cause analysis for a major incident from its tickets, alerts and notes.",
    ["search_tickets", "rmm", "documents"],
  ),
  agentic(
    "configuration",
    "SCHEDULED",
    "Patch compliance reviewer",
    "Review devices that miss patches, find what blocks them and propose a maintenance window.",
    ["rmm", "calendar", "create_ticket"],
    { schedule: cron("0 5 * * 6") },
  ),
  agentic(
    "company",
    "SCHEDULED",
    "Security posture reviewer",
    "Compare each customer's Microsoft 365 settings with our baseline and explain the gaps.",
    ["m365_admin", "documents", "create_ticket"],
    {
      schedule: cron("0 4 2 * *"),
      settings: {
        goal: "Compare settings with the baseline",
        max_steps: 60,
        approval: "never_changes",
        temperature: 0,
      },
    },
  ),
  agentic(
    "contract",
    "NONE",
    "Agreement profitability analyst",
    "Explain which agreements lose money and what drives it.",
    ["time_entries", "contracts", "report"],
    { enabled: false },
  ),
  agentic("opportunity", "TRIGGERED", "Proposal drafter", "Draft a proposal in our style from the discovery notes.", [
    "documents",
    "price_book",
  ]),
  agentic(
    "project",
    "NONE",
    "Migration planner",
    "Plan a mailbox or file migration: inventory, waves, risks, communication.",
    ["m365_admin", "documents", "calendar"],
  ),
  chat("Service desk copilot", "Answers technicians' questions from tickets, documentation and the knowledge base.", [
    "knowledge_base",
    "search_tickets",
    "documents",
  ]),
  chat("Dispatch assistant", "Finds who is free, near and skilled for a visit.", ["calendar", "resources"], {
    access: "SPECIFIC_USERS",
  }),
  chat("Billing questions", "Explains invoices and agreements line by line.", ["contracts", "time_entries"], {
    access: "ADMINS_ONLY",
  }),
  chat(
    "Customer helpdesk chat",
    "Helps customers' users in the portal and opens a ticket when it cannot.",
    ["knowledge_base", "create_ticket"],
    { audience: "END_USER" },
  ),
  chat("New starter guide", "Walks a customer's new employee through their first day.", ["knowledge_base"], {
    audience: "END_USER",
    access: "SPECIFIC_USERS",
    enabled: false,
  }),
];

const HOUR_MS = 3_600_000;
/** When the first agent was created; the others follow over months, at irregular hours. */
const FIRST = Date.UTC(2025, 0, 6, 9, 12, 40);

/** A deterministic UUIDv7: the row's timestamp, then bits of a hash of tenant and name. */
function stableId(at: number, tenantId: string, name: string): string {
  const hex = createHash("sha256").update(`${tenantId}/${name}`).digest("hex");
  const variant = "89ab"[Number.parseInt(hex.charAt(3), 16) % 4];
  const time = at.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(8, 20)}`;
}

function row(template: Template, index: number, tenantId: string, createdByMemberId: string): AgentCreateManyInput {
  const at = FIRST + index * 151 * HOUR_MS + ((index * 7_919_317) % (9 * HOUR_MS));
  return {
    id: stableId(at, tenantId, template.name),
    tenantId,
    name: template.name,
    description: template.description,
    autonomyType: template.autonomy,
    triggerType: template.trigger,
    entityType: template.entity,
    actions: template.actions ?? [],
    agentSettings: template.settings,
    callbackSettings: template.callback,
    schedule: template.schedule,
    ticketConditions: template.tickets,
    timeEntryConditions: template.timeEntries,
    toolbox: template.toolbox,
    audience: template.audience,
    access: template.access,
    enabled: template.enabled ?? true,
    createdAt: new Date(at),
    updatedAt: new Date(at + ((index * 37) % 90) * 24 * HOUR_MS),
    createdByMemberId,
  };
}

/**
 * Creates a tenant's demo agents, unless the tenant has any agent.
 * @param createdByMemberId a member of that tenant
 * @returns how many were created
 */
export async function seedAgents(prisma: PrismaClient, tenantId: string, createdByMemberId: string): Promise<number> {
  if (await prisma.agent.findFirst({ where: { tenantId }, select: { id: true } })) return 0;
  const { count } = await prisma.agent.createMany({
    data: TEMPLATES.map((template, index) => row(template, index, tenantId, createdByMemberId)),
    skipDuplicates: true,
  });
  return count;
}
