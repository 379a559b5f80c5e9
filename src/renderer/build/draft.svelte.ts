/** The scenario that is being edited: every change can be undone, and each is checked at once. */
import {
  checkScenario,
  flatten,
  formatPath,
  withSetting,
  type ScenarioCheck,
  type ScenarioInput,
  type ScenarioIssue,
} from '../../engine/scenario/index.ts';
import { unset } from './edits.ts';
import { readHardware, type Hardware } from './hardware.ts';
import type { Path } from './formSchema.ts';

const HISTORY = 200;
/** Changes of one field within this time are one step of undo. */
const SAME_STEP_MS = 1000;
const KEY = 'swaplab.draft';

export interface Origin {
  label: string;
  scenario: ScenarioInput;
  /** Folder that its relative trace paths start at, where it is known. */
  baseDir?: string;
}

interface Kept {
  origin: Origin;
  scenario: ScenarioInput;
}

export class Draft {
  scenario: ScenarioInput = $state.raw({});
  /** What was opened, to say how far the draft has moved from it. */
  origin: Origin = $state.raw({ label: '', scenario: {} });
  /** The part whose form is shown. */
  selection: Path = $state.raw(['machine']);
  /** Whether it is shown as JSON instead of forms. */
  asJson = $state(false);
  #past: ScenarioInput[] = $state.raw([]);
  #future: ScenarioInput[] = $state.raw([]);
  #lastStep = { key: '', at: 0 };

  readonly check: ScenarioCheck = $derived(checkScenario(this.scenario));
  readonly issues: readonly ScenarioIssue[] = $derived(this.check.ok ? [] : this.check.issues);
  readonly warnings: readonly ScenarioIssue[] = $derived(this.check.ok ? this.check.warnings : []);
  /** The machine, its kernel and its tiers with every default, for drawing; never incomplete. */
  readonly hardware: Hardware = $derived.by(
    () => (this.#hardware = readHardware(this.scenario, this.#hardware)),
  );
  #hardware: Hardware | undefined;
  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);
  readonly changes: readonly string[] = $derived(
    differingPaths(this.origin.scenario, this.scenario),
  );

  /** True once a scenario was opened, whether given or kept from the last time. */
  get isOpen(): boolean {
    return this.origin.label !== '';
  }

  open(origin: Origin): void {
    this.origin = origin;
    this.scenario = origin.scenario;
    this.#past = [];
    this.#future = [];
    this.selection = ['machine'];
    this.#keep();
  }

  /** Brings back what was being edited when the app was last closed; false when there is nothing. */
  restore(): boolean {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? '') as Kept;
      if (typeof kept.origin.label !== 'string' || kept.origin.label === '') return false;
      this.open(kept.origin);
      this.scenario = kept.scenario;
      return true;
    } catch {
      return false;
    }
  }

  /** Says that the draft as it is was saved under a name. */
  saved(label: string): void {
    this.origin = { ...this.origin, label, scenario: this.scenario };
    this.#keep();
  }

  /** Writes one setting; `undefined` takes it out, so that its default applies. */
  set(path: Path, value: unknown): void {
    const next =
      value === undefined ? unset(this.scenario, path) : withSetting(this.scenario, path, value);
    this.change(next, formatPath(path));
  }

  /** Replaces the whole; changes with the same key in quick succession are undone together. */
  change(scenario: ScenarioInput, key = ''): void {
    const now = Date.now();
    const same = key !== '' && key === this.#lastStep.key && now - this.#lastStep.at < SAME_STEP_MS;
    if (!same) this.#past = [...this.#past.slice(1 - HISTORY), this.scenario];
    this.#lastStep = { key, at: now };
    this.#future = [];
    this.scenario = scenario;
    this.#keep();
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (!before) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.scenario, ...this.#future];
    this.#arrive(before);
  }

  redo(): void {
    const [after, ...rest] = this.#future;
    if (!after) return;
    this.#future = rest;
    this.#past = [...this.#past, this.scenario];
    this.#arrive(after);
  }

  issuesAt(path: Path): ScenarioIssue[] {
    const where = formatPath(path);
    return this.issues.filter((issue) => issue.path === where);
  }

  /** What this field asks for in vain. */
  warningsAt(path: Path): ScenarioIssue[] {
    const where = formatPath(path);
    return this.warnings.filter((warning) => warning.path === where);
  }

  #arrive(scenario: ScenarioInput): void {
    this.#lastStep = { key: '', at: 0 };
    this.scenario = scenario;
    this.#keep();
  }

  #keep(): void {
    const kept: Kept = { origin: this.origin, scenario: this.scenario };
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // A full or forbidden local storage costs the convenience, not the work.
    }
  }
}

function differingPaths(a: unknown, b: unknown): string[] {
  const before = flatten(a);
  const after = flatten(b);
  const paths = new Set([...before.keys(), ...after.keys()]);
  // Empty objects and lists are leaves as well, so leaves are compared by what they say.
  const said = (leaves: Map<string, unknown>, path: string) => JSON.stringify(leaves.get(path));
  return [...paths].filter((path) => said(before, path) !== said(after, path));
}
