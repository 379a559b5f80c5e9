/**
 * The scenario: one schema from which types, validation, defaults, documentation and the JSON
 * Schema derive. What a person writes is `ScenarioInput`; what parsing gives, with every default
 * filled in and sizes in bytes and times in ns, is `Scenario`.
 */
import { z } from 'zod';
import { action } from './actions.ts';
import { controller } from './controllers.ts';
import { cgroups, type CgroupOutput } from './cgroup.ts';
import { Accepts, integer, name, text, time } from './fields.ts';
import { kernel } from './kernelSettings.ts';
import { LIMITS } from './limits.ts';
import { machine } from './machine.ts';
import { tierPolicy } from './tierPolicies.ts';
import { link, tier } from './tiers.ts';
import type { contentClass, pattern, workload } from './workload.ts';

const run = z
  .strictObject({
    duration: time({
      title: 'Duration',
      description:
        'Simulated time after which the run ends; not given: when all workloads have ended.',
    }).optional(),
    accesses: integer(1, Number.MAX_SAFE_INTEGER, {
      title: 'Accesses',
      description: 'Page accesses of all tasks together after which the run ends.',
    }).optional(),
    sampleEvery: time({
      title: 'Sample every',
      description: 'Simulated time between two samples.',
    }).prefault('100ms'),
    seed: integer(0, 0xffffffff, {
      title: 'Seed',
      description: 'Seed of everything that is drawn at random.',
    }).default(1),
  })
  .meta({ title: 'Run', description: 'How long, how often to sample, and the seed.' });

export const scenarioSchema = z
  .strictObject({
    version: z
      .literal(1, { error: Accepts.text('1, the version of the format that this release reads') })
      .default(1)
      .meta({ title: 'Format', description: 'Version of the scenario format.' }),
    name: text(200, { title: 'Name', description: 'What the scenario is called.' }).default(
      'Untitled',
    ),
    description: text(10_000, { title: 'Description', description: 'What it is for.' }).default(''),
    machine: machine.prefault({}),
    kernel: kernel.prefault({}),
    tiers: z
      .record(name, tier)
      .default({})
      .meta({ title: 'Tiers', description: 'Swap devices by name.' }),
    links: z
      .record(name, link)
      .default({})
      .meta({ title: 'Links', description: 'Network links by name, for remote tiers.' }),
    tierPolicies: z
      .array(tierPolicy, { error: Accepts.text('a list of policies') })
      .max(LIMITS.tierPolicies, {
        error: Accepts.text(`at most ${LIMITS.tierPolicies} policies`),
      })
      .default([])
      .meta({
        title: 'Tier policies',
        description: 'What moves pages that are out of RAM from tier to tier.',
      }),
    cgroups: cgroups.default({}),
    actions: z
      .array(action, { error: Accepts.text('a list of actions') })
      .max(LIMITS.actions, { error: Accepts.text(`at most ${LIMITS.actions} actions`) })
      .default([])
      .meta({ title: 'Actions', description: 'What an administrator does during the run.' }),
    controllers: z
      .array(controller, { error: Accepts.text('a list of controllers') })
      .max(LIMITS.controllers, { error: Accepts.text(`at most ${LIMITS.controllers} controllers`) })
      .default([])
      .meta({
        title: 'Controllers',
        description: 'Programs in user space that steer a cgroup during the run.',
      }),
    run: run.prefault({}),
  })
  .meta({
    title: 'Swap Lab scenario',
    description: 'A machine, its swap tiers, its cgroups and what runs in them.',
  });

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Tier = Scenario['tiers'][string];
export type Cgroup = CgroupOutput;
export type ScenarioAction = Scenario['actions'][number];
export type ScenarioTierPolicy = Scenario['tierPolicies'][number];
export type ScenarioController = Scenario['controllers'][number];
export type Workload = z.output<typeof workload>;
export type Pattern = z.output<typeof pattern>;
export type ContentClass = z.output<typeof contentClass>;
