/** What happened to a page, in a few words for a person. */
import type { LifeEvent } from '../../engine/result.ts';
import { formatTime } from '../../engine/scenario/index.ts';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function describeLifeEvent(event: LifeEvent): string {
  switch (event.kind) {
    case 'move':
      return `${event.from} → ${event.to}`;
    case 'drop':
      return `its frame is free, ${event.place} has it`;
    case 'fault': {
      const took = formatTime(Math.round(event.latencyNs));
      return `${event.fault}, ${event.write ? 'write' : 'read'}, ${took}`;
    }
    case 'refault': {
      const { distance, workingSet } = event;
      const fits = distance <= workingSet;
      const compared = `distance ${WHOLE.format(distance)} ${fits ? '≤' : '>'} working set ${WHOLE.format(workingSet)}`;
      return fits ? `${compared}: activated` : compared;
    }
    case 'keep':
      return 'reclaim looked at it and let it stay on its list';
    case 'activate':
      return 'to the active list';
    case 'deactivate':
      return 'to the inactive list';
  }
}
