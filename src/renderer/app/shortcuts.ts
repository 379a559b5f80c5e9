/** Every keyboard shortcut in one list, which also makes the help. */
import type { App } from './app.svelte.ts';
import { SCREENS } from './router.svelte.ts';

export interface Shortcut {
  keys: string;
  does: string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { keys: '1 … 5', does: 'Build, Runs, Library, Compare, Studies' },
  { keys: 'Ctrl K', does: 'Every command, run and study, by a few letters' },
  { keys: 'Ctrl Enter', does: 'Run the scenario that is being built' },
  { keys: 'Ctrl Z', does: 'Undo a change of the scenario' },
  { keys: 'Ctrl Shift Z', does: 'Redo it' },
  { keys: 'J', does: 'Form or JSON, in Build' },
  { keys: '/', does: 'Search, in Library, in totals and in Compare' },
  { keys: '← →', does: 'Move the cursor of a chart that has the focus; Escape takes it away' },
  { keys: '+ −', does: 'Show less or more of the time in it; Page Up and Page Down move along' },
  { keys: '?', does: 'This list' },
];

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Handles a key that belongs to the whole window; others are left to what has the focus. */
export function handleKey(
  event: KeyboardEvent,
  app: App,
  open: (what: 'help' | 'palette') => void,
): void {
  if (document.querySelector('dialog[open]')) return;
  const command = event.ctrlKey || event.metaKey;
  const building = app.router.route.screen === 'build';
  if (command && event.key.toLowerCase() === 'k') {
    event.preventDefault();
    open('palette');
  } else if (command && event.key === 'Enter' && building) {
    event.preventDefault();
    void app.startDraft();
  } else if (command && event.key.toLowerCase() === 'z' && building) {
    event.preventDefault();
    if (event.shiftKey) app.draft.redo();
    else app.draft.undo();
  } else if (!command && !event.altKey && !isTyping(event.target)) {
    plainKey(event, app, () => open('help'));
  }
}

function plainKey(event: KeyboardEvent, app: App, help: () => void): void {
  const screen = SCREENS[Number(event.key) - 1];
  if (screen) app.router.show(screen);
  else if (event.key === '?') help();
  else if (event.key === '/') {
    const search = document.querySelector<HTMLInputElement>('input[type="search"]');
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key.toLowerCase() === 'j' && app.router.route.screen === 'build') {
    app.draft.asJson = !app.draft.asJson;
  }
}
