/** The shell in which one action of a scenario runs: it sleeps until the action is due. */
import { Stop, type Task } from '../clock/task.ts';
import type { Kernel } from '../kernel.ts';
import { TaskState } from '../metrics/psi.ts';
import { DONE, UNFINISHED, type Action } from './action.ts';

export class ActionTask implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  readonly waiting = TaskState.IoWait;
  private action: Action | null = null;

  private readonly begin: (k: Kernel) => Action;

  /** `begin` is called when the action is due. */
  constructor(begin: (k: Kernel) => Action) {
    this.begin = begin;
  }

  run(k: Kernel, until: number): Stop {
    this.action ??= this.begin(k);
    k.blockedUntil = 0;
    const wait = this.action.run(k, until);
    if (wait === DONE) return Stop.Done;
    if (wait === UNFINISHED) return Stop.Quantum;
    this.wakeAt = wait;
    return Stop.Blocked;
  }
}
