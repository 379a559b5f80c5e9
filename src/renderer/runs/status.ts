/** How a run's status reads. */
import type { RunStatus } from '../../main/lab/contract.ts';

export const STATUSES: readonly RunStatus[] = [
  'queued',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled',
  'interrupted',
];

/** A sign before the word, so that a list can be scanned without relying on colour. */
export const STATUS_SIGNS: Record<RunStatus, string> = {
  queued: '…',
  running: '▶',
  paused: '❚❚',
  done: '✓',
  failed: '✕',
  cancelled: '–',
  interrupted: '!',
};

export const STATUS_TONES: Record<RunStatus, '' | 'good' | 'bad' | 'warn' | 'mute'> = {
  queued: 'mute',
  running: '',
  paused: 'warn',
  done: 'good',
  failed: 'bad',
  cancelled: 'mute',
  interrupted: 'warn',
};
