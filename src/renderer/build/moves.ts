/** Where pages may go besides down: what policies and commands move between tiers, as lanes beside the drawing. */
import type { ScenarioInput } from '../../engine/scenario/index.ts';
import { describeEntry } from './entries.ts';
import { isRecord, valueAt, type Path } from './formSchema.ts';

export interface Move {
  path: Path;
  from: string;
  to: string;
  /** A command at a time, not a policy that goes on. */
  once: boolean;
  says: string;
}

const listAt = (scenario: ScenarioInput, key: string): unknown[] => {
  const value = valueAt(scenario, [key]);
  return Array.isArray(value) ? value : [];
};

/** Policies and commands that name two parts of the drawing. */
export function movesOf(scenario: ScenarioInput): Move[] {
  return ['tierPolicies', 'actions'].flatMap((key) =>
    listAt(scenario, key).flatMap((entry, index): Move[] => {
      if (!isRecord(entry)) return [];
      const { from, to } = entry;
      if (typeof from !== 'string' || typeof to !== 'string') return [];
      const says = describeEntry([key, index], scenario);
      return [{ path: [key, index], from, to, once: key === 'actions', says }];
    }),
  );
}

export interface Lane {
  move: Move;
  /** Places of its ends in the drawing, from the top; the first is where it begins. */
  from: number;
  to: number;
  /** Column, from the left. */
  column: number;
}

/** A column for each move, the leftmost that is free over its whole length. */
export function lanesOf(moves: readonly Move[], places: readonly string[]): Lane[] {
  const columns: { top: number; bottom: number }[][] = [];
  return moves.flatMap((move): Lane[] => {
    const from = places.indexOf(move.from);
    const to = places.indexOf(move.to);
    if (from < 0 || to < 0 || from === to) return [];
    const [top, bottom] = [Math.min(from, to), Math.max(from, to)];
    let column = columns.findIndex((taken) =>
      taken.every((other) => other.bottom < top || other.top > bottom),
    );
    if (column < 0) column = columns.push([]) - 1;
    columns[column]!.push({ top, bottom });
    return [{ move, from, to, column }];
  });
}
