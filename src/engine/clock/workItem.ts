/**
 * A work item of a kernel workqueue that one worker on another CPU runs. An item that is queued and
 * not yet taken up is not queued again; once its function has begun it can be, and then runs again
 * right afterwards (WORK_STRUCT_PENDING, kernel/workqueue.c).
 *
 * Tasks of the engine run one after the other, so a task that queues work during a long reclaim
 * goes on to its end before the worker does. The item reckons when the worker would have taken it
 * up meanwhile, and counts the runs that it then owes.
 */
export class WorkItem {
  /** Runs that were queued and have not been made. */
  runs = 0;
  /** When the run queued last is taken up, ns. */
  private takenAt = -Infinity;

  /**
   * Queues the item at `now`. `wake` is how long a sleeping worker takes to begin, `run` how long one
   * run lasts (both ns). False when it is queued already.
   */
  queue(now: number, wake: number, run: number): boolean {
    if (now < this.takenAt) return false;
    const ends = this.takenAt + run;
    this.takenAt = now < ends ? ends : now + wake;
    this.runs++;
    return true;
  }
}
