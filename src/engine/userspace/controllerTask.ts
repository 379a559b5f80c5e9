/**
 * A controller as a process of the machine, outside the cgroup that it steers: it wakes at its
 * interval, reads, decides, and carries its writes out one after the other before it sleeps again.
 */
import type { Action } from '../actions/action.ts';
import { DONE, UNFINISHED } from '../actions/action.ts';
import { MemoryReclaim } from '../actions/memoryReclaim.ts';
import { ProactiveWriteback } from '../actions/proactiveWriteback.ts';
import { SetLimits } from '../actions/setLimits.ts';
import { Stop, type Task } from '../clock/task.ts';
import type { CgroupFiles, Controller, IdleAges } from '../controllers/controller.ts';
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { TaskState } from '../metrics/psi.ts';
import { cgroupView } from './cgroupView.ts';

/** Begins a write; the next one begins when it has ended. */
type Write = (k: Kernel) => Action;

export class ControllerTask implements Task {
  wakeAt = Infinity;
  readonly accesses = 0;
  waiting = 0;
  private writes: Write[] = [];
  private current: Action | null = null;
  private decided = false;
  private next: number;
  private readonly files: CgroupFiles;

  private readonly target: Memcg;
  private readonly controller: Controller;
  private readonly interval: number;
  private readonly cost: number;
  private readonly idle: (() => IdleAges) | null;

  /** Called every `interval` ns; reading and deciding takes `cost` ns of CPU time. */
  constructor(
    memcg: Memcg,
    controller: Controller,
    interval: number,
    cost: number,
    idle: (() => IdleAges) | null,
  ) {
    this.target = memcg;
    this.controller = controller;
    this.interval = interval;
    this.cost = cost;
    this.idle = idle;
    this.next = interval;
    const { writes } = this;
    this.files = {
      reclaim: (bytes, swappiness) =>
        void writes.push((k) => new MemoryReclaim(k, memcg, bytes, swappiness ?? null)),
      setHigh: (bytes) =>
        void writes.push(
          (k) =>
            new SetLimits(k, { do: 'set-limits', at: 0, cgroup: memcg.path, high: bytes }, false),
        ),
      writeBackZswap: (bytes, olderThanNs = 0) =>
        void writes.push((k) => new ProactiveWriteback(k, memcg, bytes, olderThanNs)),
    };
  }

  run(k: Kernel, until: number): Stop {
    if (!this.decided) {
      k.now += this.cost;
      this.controller(cgroupView(k, this.target, this.idle), this.files);
      this.decided = true;
    }
    for (;;) {
      this.current ??= this.writes.shift()?.(k) ?? null;
      if (this.current === null) return this.sleep(k);
      k.blockedUntil = 0;
      const wait = this.current.run(k, until);
      if (wait === UNFINISHED) return Stop.Quantum;
      if (wait !== DONE) {
        this.wakeAt = wait;
        this.waiting = TaskState.IoWait;
        return Stop.Blocked;
      }
      this.current = null;
    }
  }

  private sleep(k: Kernel): Stop {
    this.decided = false;
    this.next = Math.max(this.next + this.interval, k.now);
    this.wakeAt = this.next;
    this.waiting = 0;
    return Stop.Blocked;
  }
}
