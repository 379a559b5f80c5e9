/** From the controllers of a scenario to the tasks that run them. */
import type { Task } from '../clock/task.ts';
import { adaptiveWriteback } from '../controllers/adaptiveWriteback.ts';
import type { Controller } from '../controllers/controller.ts';
import { gSwap } from '../controllers/gSwap.ts';
import { senpai } from '../controllers/senpai.ts';
import { senpaiLimit } from '../controllers/senpaiLimit.ts';
import { twiceCold } from '../controllers/twiceCold.ts';
import type { Kernel } from '../kernel.ts';
import { memcgAt } from '../memory/memcg.ts';
import type { ScenarioController } from '../scenario/schema.ts';
import { ControllerTask } from './controllerTask.ts';
import { IdleScanner } from './idleScanner.ts';

export interface StartedTask {
  readonly task: Task;
  /** When it first runs, ns. */
  readonly at: number;
}

function controllerOf(settings: ScenarioController): Controller {
  switch (settings.kind) {
    case 'senpai':
      return senpai(settings);
    case 'senpai-limit':
      return senpaiLimit(settings);
    case 'twice-cold':
      return twiceCold(settings);
    case 'adaptive-writeback':
      return adaptiveWriteback(settings);
    case 'g-swap':
      return gSwap(settings);
  }
}

/** The tasks of the controllers, each with the scanner that it needs before it. */
export function createControllers(k: Kernel, all: readonly ScenarioController[]): StartedTask[] {
  if (all.length > 0) k.statsAreRead = true;
  return all.flatMap((settings) => {
    const { interval, cost } = settings;
    const memcg = memcgAt(k.memcgs, settings.cgroup);
    const controller = controllerOf(settings);
    if (!('scanEvery' in settings))
      return [{ task: new ControllerTask(memcg, controller, interval, cost, null), at: interval }];
    const { scanEvery, scanCost } = settings;
    const scanner = new IdleScanner(k, memcg, scanEvery, scanCost);
    const task = new ControllerTask(memcg, controller, interval, cost, () => scanner.ages());
    return [
      { task: scanner, at: scanEvery },
      { task, at: interval },
    ];
  });
}
