/** Reads a scenario from the text of a file or of the JSON view. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import { isRecord } from './formSchema.ts';

export type ScenarioText = { ok: true; scenario: ScenarioInput } | { ok: false; message: string };

/** Says where the JSON breaks, as line and column. What it means is the scenario check's business. */
export function readScenarioText(text: string): ScenarioText {
  try {
    const value = JSON.parse(text) as unknown;
    if (!isRecord(value)) {
      return { ok: false, message: 'this is no scenario; accepted: a JSON object { … }' };
    }
    return { ok: true, scenario: value as ScenarioInput };
  } catch (error) {
    return { ok: false, message: `this is not JSON: ${withPlace(error, text)}` };
  }
}

function withPlace(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const at = /position (\d+)/.exec(message)?.[1];
  if (at === undefined || /line \d+/.test(message)) return message;
  const before = text.slice(0, Number(at)).split('\n');
  return `${message} (line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1})`;
}
