/** The scenario: what a run is made from. */
export * from './schema.ts';
export { LIMITS } from './limits.ts';
export * from './presets.ts';
export * from './units.ts';
export * from './settings.ts';
export { scenarioJsonSchema } from './jsonSchema.ts';
export {
  checkScenario,
  eachCgroup,
  formatPath,
  pageBytes,
  workloadPages,
  type ScenarioCheck,
  type ScenarioIssue,
} from './validate.ts';
