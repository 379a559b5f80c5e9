/** A metric of a compared run over all runs that differ from it in the seed alone, where that is asked for. */
import type { ColumnName } from '../../main/lab/contract.ts';
import { bandOf, type Band } from './bands.ts';
import { lessBaseline } from './difference.ts';
import { keep } from './kept.ts';
import { drawnColumn } from './plots.ts';
import { xOf, type ShownRun, type Subject } from './subject.ts';

/** A column of one run as it is drawn. */
interface SeedCurve {
  id: number;
  seed: number;
  x: Float64Array;
  y: Float64Array;
}
export type Curves = readonly [SeedCurve, ...SeedCurve[]];

/** A line, and around it what the seeds reach where there are several. */
export interface Drawn {
  x: Float64Array;
  y: Float64Array;
  band?: Band;
}

/** The ids and seeds that a run is drawn from, its own first. */
export function seedsOf({ data, view }: Pick<Subject, 'data' | 'view'>, { index, run }: ShownRun) {
  const { replicates, seeds } = data.comparison ?? { replicates: [], seeds: [] };
  const ids = view.hasBands ? (replicates[index] ?? []) : [];
  const others = ids.map((id, i) => ({ id, seed: seeds[index]?.[i] ?? 0 }));
  return others.length > 1 ? others : [{ id: run.id, seed: run.seed }];
}

export const hasReplicates = ({ comparison }: Subject['data']): boolean =>
  comparison?.replicates.some(({ length }) => length > 1) ?? false;

/** Whether some of its seeds are here and others are not. */
export function isOnItsWay(subject: Subject, run: ShownRun, name: ColumnName): boolean {
  const here = seedsOf(subject, run).map(({ id }) => subject.data.column(id, name) !== null);
  return here.includes(true) && here.includes(false);
}

/** The run itself and, once they are all here, its replicates; null until then, and where it has no such column. */
export function curvesOf(subject: Subject, run: ShownRun, name: ColumnName): Curves | null {
  const { data, view, levels } = subject;
  const [own, ...others] = seedsOf(subject, run).map(({ id, seed }): SeedCurve | null => {
    const values = data.column(id, name);
    const times = data.times(id);
    const x = xOf(subject, id);
    if (!values || !times || !x) return null;
    return { id, seed, x, y: drawnColumn(values, times, levels.has(name.metric), view.smoothing) };
  });
  if (!own) return null;
  const known = others.filter((each) => each !== null);
  return known.length < others.length ? [own] : [own, ...known];
}

const idsOf = (curves: Curves) => curves.map(({ id }) => id).join();

/** The mean over the seeds and what they reach, at the places of the run itself. */
export function overSeeds(curves: Curves, { view }: Subject): Drawn {
  const [{ x, y }] = curves;
  if (curves.length === 1) return { x, y };
  const band = keep(y, `over ${idsOf(curves)} ${view.align}`, () => bandOf(x, curves));
  return { x, y: band.mean, band };
}

/** Seed by seed where both sides ran the same seeds, as the intervals pair them; otherwise of the means. */
export function lessOverSeeds(curves: Curves, baseline: Curves, subject: Subject): Drawn {
  const less = (curve: Drawn, base: Drawn, of: string) =>
    keep(curve.y, `less ${of} ${subject.view.align}`, () => lessBaseline(curve, base));
  const pairs = pairsOf(curves, baseline);
  if (!pairs) {
    const [own, base] = [overSeeds(curves, subject), overSeeds(baseline, subject)];
    return { x: own.x, y: less(own, base, idsOf(baseline)) };
  }
  const [first, ...others] = pairs.map(({ curve, base }) => ({
    ...curve,
    y: less(curve, base, String(base.id)),
  }));
  return overSeeds([first as SeedCurve, ...others], subject);
}

function pairsOf(curves: Curves, baseline: Curves) {
  if (curves.length < 2 || curves.length !== baseline.length) return null;
  const pairs = curves.flatMap((curve) => {
    const base = baseline.find(({ seed }) => seed === curve.seed);
    return base ? [{ curve, base }] : [];
  });
  return pairs.length === curves.length ? pairs : null;
}
