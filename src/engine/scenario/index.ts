/** The scenario: what a run is made from. */
export * from './schema.ts';
export { BOUNDS_ACCEPTED, isBounded } from './bounds.ts';
export { LIMITS } from './limits.ts';
export * from './presets.ts';
export * from './virtualPresets.ts';
export * from './units.ts';
export * from './settings.ts';
export { scenarioJsonSchema } from './jsonSchema.ts';
export * from './walk.ts';
export { checkScenario, formatPath, type ScenarioCheck, type ScenarioIssue } from './validate.ts';
