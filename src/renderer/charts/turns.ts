/**
 * Drawing of charts by turns. Where all charts of a view take longer than a frame, the one that is pointed
 * at is drawn in each frame and the others follow a frame or two later, so that panning stays smooth.
 */

export interface Turn {
  /** Whether it may not wait: somebody points at it, or it was never drawn. */
  isFirst: () => boolean;
  draw: () => void;
  /** Whether something can be made ready that a frame to come will need. */
  isAheadDue: () => boolean;
  drawAhead: () => void;
}

/** For drawing in one frame, ms: a third of it, as layout and rasterizing come after. */
const BUDGET_MS = 5;

const waiting = new Set<Turn>();
/** Those that were drawn lately and may have something to make ready. */
const moving = new Set<Turn>();
let isAsked = false;

/** Has it drawn in one of the next frames; asking again before then changes nothing. */
export function drawSoon(turn: Turn): void {
  waiting.add(turn);
  if (!isAsked) requestAnimationFrame(drawSome);
  isAsked = true;
}

export function drawNoMore(turn: Turn): void {
  waiting.delete(turn);
  moving.delete(turn);
}

function drawSome(): void {
  isAsked = false;
  const began = performance.now();
  const hasTime = () => performance.now() - began <= BUDGET_MS;
  // Sorting is stable: those that wait longest come first.
  const order = [...waiting].sort((a, b) => Number(b.isFirst()) - Number(a.isFirst()));
  for (const turn of order) {
    if (!hasTime() && !turn.isFirst()) break;
    waiting.delete(turn);
    turn.draw();
    moving.add(turn);
  }
  for (const turn of moving) {
    if (!hasTime()) break;
    moving.delete(turn);
    if (turn.isAheadDue()) turn.drawAhead();
  }
  for (const turn of waiting) drawSoon(turn);
}
