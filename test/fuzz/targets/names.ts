// The names of all targets, for whoever only wants to list them.
export const NAMES = [
  'lackey',
  'u32',
  'csv',
  'text',
  'ucsd',
  'packed',
  'swtrace',
  'scenario',
  'settings',
  'engine',
  'import',
  'rpc',
  'database',
] as const;
