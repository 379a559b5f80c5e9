/** Flows of pages as arcs beside a ladder of places: what goes down on the right, what comes up on the left. */
import type { Flow } from '../../main/lab/contract.ts';

export interface Place {
  name: string;
  y: number;
}

export interface Arc extends Flow {
  path: string;
  width: number;
  /** Where its figure would stand. */
  side: 'left' | 'right';
}

export interface FlowLayout {
  width: number;
  height: number;
  places: Place[];
  arcs: Arc[];
}

const WIDTH = 300;
const ROW = 46;
const TOP = 22;
/** Half of the width of a place's label. */
export const LABEL = 46;
const MOST_STROKE = 14;
/** Leaves room for figures at the edge. */
const MOST_BULGE = 46;

/** From where pages begin to where they end; tiers in the order of the scenario. */
export function placesOf(flows: readonly Flow[], tiers: readonly string[]): string[] {
  const known = ['new', 'ram', 'zero', 'zswap', ...tiers];
  const used = new Set(flows.flatMap(({ from, to }) => [from, to]));
  const others = [...used].filter((name) => !known.includes(name) && name !== 'freed');
  return [...known, ...others, 'freed'].filter((name) => used.has(name));
}

/** @param most pages of the widest arc, the same for all diagrams that are compared */
export function layOut(
  flows: readonly Flow[],
  places: readonly string[],
  most: number,
): FlowLayout {
  const yOf = (name: string) => TOP + places.indexOf(name) * ROW;
  const middle = WIDTH / 2;
  const arcs = flows
    .filter(({ pages, from, to }) => pages > 0 && from !== to)
    .sort((a, b) => b.pages - a.pages)
    .map((flow): Arc => {
      const [from, to] = [yOf(flow.from), yOf(flow.to)];
      const isDown = to > from;
      const steps = Math.abs(to - from) / ROW;
      const edge = middle + (isDown ? LABEL : -LABEL);
      const bulge = Math.min(14 + steps * 9, MOST_BULGE);
      const control = edge + (isDown ? bulge : -bulge) * 1.3;
      // Arcs leave and arrive a little apart, so that both ends of a place can be told from each other.
      const apart = isDown ? 6 : -6;
      return {
        ...flow,
        side: isDown ? 'right' : 'left',
        width: Math.max(1, (flow.pages / most) * MOST_STROKE),
        path: `M${edge} ${from + apart}C${control} ${from + apart} ${control} ${to - apart} ${edge} ${to - apart}`,
      };
    });
  return {
    width: WIDTH,
    height: 2 * TOP + (places.length - 1) * ROW,
    places: places.map((name) => ({ name, y: yOf(name) })),
    arcs,
  };
}
