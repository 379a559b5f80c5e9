/** What a client is told when something fails: a kind it can act on and a sentence for a person. */
import type { LabErrorData, LabErrorKind, ScenarioIssue } from './contract.ts';

export class LabError extends Error {
  override readonly name = 'LabError';
  readonly kind: LabErrorKind;
  readonly issues: ScenarioIssue[] | undefined;

  constructor(kind: LabErrorKind, message: string, issues?: ScenarioIssue[], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.issues = issues;
  }

  toData(): LabErrorData {
    return this.issues
      ? { kind: this.kind, message: this.message, issues: this.issues }
      : { kind: this.kind, message: this.message };
  }
}

export const invalid = (message: string, issues?: ScenarioIssue[]) =>
  new LabError('invalid', message, issues);

export const notFound = (message: string) => new LabError('not_found', message);

/** The first line of what an error says; a stack never leaves the lab. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] as string;
}

/** Anything that was thrown as data for a client. What no one foresaw is a defect of the program. */
export function errorData(error: unknown): LabErrorData {
  if (error instanceof LabError) return error.toData();
  return { kind: 'internal', message: `A defect in Swap Lab: ${messageOf(error)}` };
}
