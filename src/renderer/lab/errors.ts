/** What the lab's refusals look like on this side, and how they read to a person. */
import type { LabErrorData } from '../../main/lab/contract.ts';

/** The lab's error when the value is one; anything else that was thrown is none. */
export function labError(thrown: unknown): LabErrorData | undefined {
  if (thrown === null || typeof thrown !== 'object') return undefined;
  const { kind, message } = thrown as Partial<LabErrorData>;
  return typeof kind === 'string' && typeof message === 'string'
    ? (thrown as LabErrorData)
    : undefined;
}

/** One or two sentences that can be shown as they are. */
export function errorText(thrown: unknown): string {
  const known = labError(thrown);
  if (known?.kind === 'invalid' && known.issues && known.issues.length > 0) {
    return `${known.message} ${known.issues.map((issue) => issue.message).join('; ')}`;
  }
  if (known) return known.message;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (text.startsWith('[birpc]')) return 'The lab did not answer. Its connection may be down.';
  return text;
}
