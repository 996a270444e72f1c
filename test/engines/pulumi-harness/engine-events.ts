import { existsSync, readFileSync } from 'node:fs';

// The engine's event log, one JSON object a line (`apitype.EngineEvent`, sdk/go/common/apitype/events.go).
// The CLI knows `--event-log` only when PULUMI_DEBUG_COMMANDS is set; preview, up, refresh and destroy all write it.

/** Operations as the engine names them; a replacement shows as `create-replacement`, `replace`, `delete-replaced`. */
export type StepOp =
  | 'same' | 'create' | 'update' | 'delete' | 'replace' | 'create-replacement' | 'delete-replaced'
  | 'read' | 'read-replacement' | 'read-discard' | 'refresh' | 'import' | 'import-replacement' | 'remove-pending-replace';

export interface Step {
  readonly op: StepOp;
  readonly urn: string;
  readonly type: string;
  /** The property paths that differ, as the provider's detailed diff gives them. */
  readonly diffs: readonly string[];
  /** What the program asked for and the engine was about to do; secrets are blinded. */
  readonly inputs: Readonly<Record<string, unknown>> | undefined;
}

export interface Diagnostic {
  readonly severity: 'info' | 'info#err' | 'warning' | 'error';
  readonly message: string;
  readonly urn: string | undefined;
}

export interface PolicyViolation {
  readonly policy: string;
  readonly pack: string;
  readonly level: string;
  readonly message: string;
  readonly urn: string | undefined;
}

export interface EngineEvents {
  /** The engine's own count of resources by operation: components, providers and the stack are in it. */
  readonly summary: Readonly<Record<'create' | 'update' | 'same' | 'delete' | 'replace', number>>;
  readonly steps: readonly Step[];
  /** Steps that failed. */
  readonly failed: readonly Step[];
  /** Without the SDK's debug messages, of which there are several a resource. */
  readonly diagnostics: readonly Diagnostic[];
  readonly policyViolations: readonly PolicyViolation[];
}

interface RawStep {
  op: StepOp;
  urn: string;
  type: string;
  detailedDiff: Record<string, unknown> | null;
  new: { inputs: Record<string, unknown> } | null;
}

interface RawEvent {
  diagnosticEvent?: { urn?: string; prefix?: string; message: string; severity: Diagnostic['severity'] | 'debug'; ephemeral?: boolean };
  summaryEvent?: { resourceChanges: Record<string, number> };
  resourcePreEvent?: { metadata: RawStep };
  resOpFailedEvent?: { metadata: RawStep };
  policyEvent?: { resourceUrn?: string; message: string; policyName: string; policyPackName: string; enforcementLevel: string };
  errorEvent?: { error: string };
}

/** Colours are tags in the text, `<{%fg 1%}>`, whatever `--color` says. */
const plain = (text: string): string => text.replaceAll(/<\{%[^%]*%\}>/g, '').trim();

const step = (raw: RawStep): Step => ({
  op: raw.op,
  urn: raw.urn,
  type: raw.type,
  diffs: Object.keys(raw.detailedDiff ?? {}).sort(),
  inputs: raw.new?.inputs,
});

/** Reads a whole log. One that is missing or cut short (a CLI that never reached the engine) reads as no events. */
export function readEngineEvents(file: string): EngineEvents {
  const summary = { create: 0, update: 0, same: 0, delete: 0, replace: 0 };
  const steps: Step[] = [];
  const failed: Step[] = [];
  const diagnostics: Diagnostic[] = [];
  const policyViolations: PolicyViolation[] = [];
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(line => line.endsWith('}')) : [];
  for (const line of lines) {
    const event = JSON.parse(line) as RawEvent;
    if (event.resourcePreEvent) steps.push(step(event.resourcePreEvent.metadata));
    if (event.resOpFailedEvent) failed.push(step(event.resOpFailedEvent.metadata));
    if (event.summaryEvent) Object.assign(summary, event.summaryEvent.resourceChanges);
    if (event.errorEvent) diagnostics.push({ severity: 'error', message: plain(event.errorEvent.error), urn: undefined });
    const diagnostic = event.diagnosticEvent;
    if (diagnostic && diagnostic.ephemeral !== true && diagnostic.severity !== 'debug') {
      diagnostics.push({ severity: diagnostic.severity, message: plain(diagnostic.message), urn: diagnostic.urn || undefined });
    }
    const violation = event.policyEvent;
    if (violation) {
      policyViolations.push({
        policy: violation.policyName,
        pack: violation.policyPackName,
        level: violation.enforcementLevel,
        message: plain(violation.message),
        urn: violation.resourceUrn || undefined,
      });
    }
  }
  return { summary, steps, failed, diagnostics, policyViolations };
}
