// What a fuzzer feeds: something that takes any bytes, refuses them in words or works with them.
import { LabError } from '../../src/main/lab/errors.ts';

export interface Target {
  name: string;
  /** Inputs to begin with: some that are accepted, so that the code behind is reached. */
  seeds(): Uint8Array[] | Promise<Uint8Array[]>;
  /** Whether inputs are JSON, to be changed as trees. */
  json?: boolean;
  /** Longest input, bytes. */
  most?: number;
  /** Returns or ends for whatever is put in; anything thrown is a finding. */
  run(input: Uint8Array): void | Promise<void>;
}

/** Runs something that may refuse its input; only a refusal that is meant for a person passes. */
export function refusable<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

export async function refusableLater<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof LabError) || error.kind === 'internal') return false;
  const isSentence = error.message.length > 0 && error.message.length < 20_000;
  return isSentence && !/\n\s+at /.test(error.message);
}

export const text = (input: Uint8Array): string => Buffer.from(input).toString('utf8');
