/** Reads what a user hands over: a scenario from a file or standard input, with settings changed. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  parsePath,
  parseValue,
  withSetting,
  type ScenarioInput,
} from '../../engine/scenario/index.ts';
import { invalid } from '../lab/errors.ts';
import { cannotRead } from './failures.ts';
import { parseJson } from './parseJson.ts';

/** Larger than any scenario could be, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface ScenarioSource {
  /** Not checked yet: whatever the JSON held. */
  scenario: ScenarioInput;
  /** Folder that relative trace paths start at, absolute. */
  baseDir: string;
}

/** Standard input when `file` is `-`. */
export async function readText(file: string): Promise<string> {
  if (file !== '-') {
    let size: number;
    try {
      size = statSync(file).size;
      if (size <= MOST_BYTES) return readFileSync(file, 'utf8');
    } catch (error) {
      throw cannotRead(file, error);
    }
    throw invalid(`${file} has ${size} bytes; accepted: at most ${MOST_BYTES}.`);
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of process.stdin as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw invalid(`Standard input is larger than ${MOST_BYTES} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** @param settings `path=value` each, applied in order */
export async function readScenario(
  file: string,
  settings: readonly string[] = [],
): Promise<ScenarioSource> {
  const text = (await readText(file)).replace(/^\uFEFF/, '');
  const name = file === '-' ? 'Standard input' : file;
  const parsed = parseJson(text);
  if ('wrong' in parsed) throw invalid(`${name} is not JSON: ${parsed.wrong}.`);
  const scenario = parsed.value;
  if (scenario === null || typeof scenario !== 'object' || Array.isArray(scenario)) {
    throw invalid(`${name} holds no scenario; accepted: a JSON object.`);
  }
  let changed = scenario as ScenarioInput;
  for (const setting of settings) changed = applySetting(changed, setting);
  const baseDir = file === '-' ? process.cwd() : dirname(resolve(file));
  return { scenario: changed, baseDir };
}

function applySetting(scenario: ScenarioInput, setting: string): ScenarioInput {
  const equals = setting.indexOf('=');
  const path = parsePath(setting.slice(0, Math.max(0, equals)));
  if (equals < 1 || !path) {
    throw invalid(
      `--set is ${JSON.stringify(setting)}; accepted: path=value, such as kernel.zswap.enabled=true or cgroups.web.workloads[0].pages=4096.`,
    );
  }
  return withSetting(scenario, path, parseValue(setting.slice(equals + 1)));
}
