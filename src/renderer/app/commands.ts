/** What can be done from anywhere, for the command palette: each with its words and its key. */
import { isGoing } from '../runs/liveRuns.svelte.ts';
import type { App } from './app.svelte.ts';
import { SCREENS, type Screen } from './router.svelte.ts';

export interface Command {
  id: string;
  title: string;
  /** What kind of thing it is, beside the title. */
  kind: 'go to' | 'do' | 'run' | 'study' | 'group';
  keys?: string;
  run: () => void;
}

export const SCREEN_TITLES: Record<Screen, string> = {
  build: 'Build',
  run: 'Runs',
  library: 'Library',
  compare: 'Compare',
  studies: 'Studies',
};

/** Commands that make sense at the moment; what would do nothing is left out. */
export function commandsOf(app: App, help: () => void): Command[] {
  const { router, draft, theme, live, lab, studies } = app;
  const building = router.route.screen === 'build';
  const going = live.active;
  const each = (act: (id: number) => Promise<void>, ids: number[]) =>
    void app.attempt(Promise.all(ids.map((id) => act(id))));
  const idsOf = (status: string) =>
    going.filter((run) => run.status === status).map((run) => run.id);

  const list: (Command | false)[] = [
    ...SCREENS.map((screen, index): Command => ({
      id: `go-${screen}`,
      title: SCREEN_TITLES[screen],
      kind: 'go to',
      keys: String(index + 1),
      run: () => router.show(screen),
    })),
    draft.check.ok && {
      id: 'run',
      title: 'Run the scenario that is being built',
      kind: 'do',
      keys: 'Ctrl Enter',
      run: () => void app.startDraft(),
    },
    draft.check.ok && {
      id: 'run-several',
      title: 'Run several: seeds, or a sweep over settings …',
      kind: 'do',
      run: () => (app.groupIsAsked = true),
    },
    building &&
      draft.canUndo && {
        id: 'undo',
        title: 'Undo a change of the scenario',
        kind: 'do',
        keys: 'Ctrl Z',
        run: () => draft.undo(),
      },
    building &&
      draft.canRedo && {
        id: 'redo',
        title: 'Redo a change of the scenario',
        kind: 'do',
        keys: 'Ctrl Shift Z',
        run: () => draft.redo(),
      },
    building && {
      id: 'json',
      title: draft.asJson ? 'Show the scenario as a form' : 'Show the scenario as JSON',
      kind: 'do',
      keys: 'J',
      run: () => (draft.asJson = !draft.asJson),
    },
    idsOf('running').length > 0 && {
      id: 'pause-all',
      title: 'Pause every run',
      kind: 'do',
      run: () => each(lab.api.pauseRun, going.map((run) => run.id).reverse()),
    },
    idsOf('paused').length > 0 && {
      id: 'continue-all',
      title: 'Continue every run',
      kind: 'do',
      run: () => each(lab.api.continueRun, idsOf('paused')),
    },
    going.length > 0 && {
      id: 'cancel-all',
      title: 'Cancel every run',
      kind: 'do',
      run: () => each(lab.api.cancelRun, going.map((run) => run.id).reverse()),
    },
    {
      id: 'theme',
      title: `Change the colours (now: ${theme.choice})`,
      kind: 'do',
      run: () => theme.next(),
    },
    { id: 'help', title: 'List the keyboard shortcuts', kind: 'do', keys: '?', run: help },
    ...studies.list.map((study): Command => ({
      id: `study-${study.name}`,
      title: study.title,
      kind: 'study',
      run: () => router.go({ screen: 'studies', ids: [], study: study.name }),
    })),
  ];
  return list.filter((command) => command !== false);
}

/** Saved runs whose words match, newest first. */
export async function runCommands(app: App, search: string): Promise<Command[]> {
  const { runs } = await app.lab.api.listRuns({ search, limit: 8 });
  return runs.map((run) => ({
    id: `open-${run.id}`,
    title: `${run.name} (run ${run.id}, ${run.status})`,
    kind: 'run',
    run: () => app.router.go({ screen: isGoing(run) ? 'run' : 'library', ids: [run.id] }),
  }));
}
