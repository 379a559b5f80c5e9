/** Previews of the workloads on the screen: asked for when they change, called off when they go. */
import { SvelteMap } from 'svelte/reactivity';
import {
  cgroupPath,
  type Scenario,
  type ScenarioInput,
  type Workload,
} from '../../../engine/scenario/index.ts';
import type { PreviewRequest, WorkloadPreview } from '../../../main/lab/contract.ts';
import type { LabConnection } from '../../lab/connection.svelte.ts';
import { errorText } from '../../lab/errors.ts';
import { valueAt, type Path } from '../formSchema.ts';

export interface PreviewState {
  /** The last one that was made, which stays until the next is there. */
  preview: WorkloadPreview | undefined;
  isMaking: boolean;
  /** Why there is none; empty otherwise. */
  problem: string;
}

interface Entry extends PreviewState {
  key: string;
  id: string;
}

export interface WantedPreview {
  /** Equal for workloads that do the same. */
  key: string;
  request: Omit<PreviewRequest, 'id'>;
}

/** What to ask the lab for; undefined where no workload stands at the path. */
export function wantedAt(
  scenario: Scenario,
  written: ScenarioInput,
  path: Path,
  baseDir: string | undefined,
): WantedPreview | undefined {
  const workload = valueAt(scenario, path) as Workload | undefined;
  if (!workload) return undefined;
  const cgroup = cgroupPath(path.slice(0, -2));
  const { machine, run } = scenario;
  return {
    key: JSON.stringify([
      workload,
      cgroup,
      machine.pageSize,
      machine.costs.preset,
      machine.costs.access,
      run.seed,
      run.duration,
      run.accesses,
      baseDir,
    ]),
    request: {
      scenario: written,
      cgroup,
      workload: workload.name,
      ...(baseDir !== undefined && { baseDir }),
    },
  };
}

export class Previews {
  readonly #lab: LabConnection;
  readonly #entries = new SvelteMap<string, Entry>();
  #count = 0;

  constructor(lab: LabConnection) {
    this.#lab = lab;
    // What failed for want of the lab is asked for again once it is back.
    lab.onReady(() => {
      for (const [where, { problem }] of this.#entries)
        if (problem !== '') this.#entries.delete(where);
    });
  }

  /** @param where path of the workload, as text */
  at(where: string): PreviewState | undefined {
    return this.#entries.get(where);
  }

  want(where: string, { key, request }: WantedPreview): void {
    const before = this.#entries.get(where);
    if (before?.key === key) return;
    if (before?.isMaking) this.#callOff(before.id);
    const id = `${Date.now().toString(36)}-${this.#count++}`;
    const preview = before?.preview;
    this.#entries.set(where, { key, id, preview, isMaking: true, problem: '' });
    const settle = (change: Partial<PreviewState>) => {
      const now = this.#entries.get(where);
      if (now?.id === id) this.#entries.set(where, { ...now, isMaking: false, ...change });
    };
    this.#lab.api.previewWorkload({ id, ...request }).then(
      (made) => settle({ preview: made }),
      (error: unknown) => settle({ preview: undefined, problem: errorText(error) }),
    );
  }

  drop(where: string): void {
    const entry = this.#entries.get(where);
    if (entry?.isMaking) this.#callOff(entry.id);
    this.#entries.delete(where);
  }

  #callOff(id: string): void {
    // It may have been finished, or the lab may be gone; nobody waits for it any more.
    this.#lab.api.cancelPreview(id).catch(() => undefined);
  }
}
