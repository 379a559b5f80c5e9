/** Which screen is shown, kept in the fragment of the address so that back and reload work. */
export const SCREENS = ['build', 'run', 'library', 'compare', 'studies'] as const;
export type Screen = (typeof SCREENS)[number];

export interface Route {
  screen: Screen;
  /** The run that is open on `run` and `library`; the runs that are compared on `compare`. */
  ids: number[];
  /** Id of the run that the others are compared with. */
  baseline?: number | undefined;
  /** The group of runs that is open on `run`. */
  group?: number | undefined;
  /** The study that is open on `studies`. */
  study?: string | undefined;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name, ids = ''] = path.split('/');
  const screen = SCREENS.find((each) => each === name) ?? 'build';
  if (screen === 'studies') return { screen, ids: [], study: STUDY.exec(ids)?.[0] };
  const group = Number(GROUP.exec(ids)?.[1]);
  if (screen === 'run' && isId(group)) return { screen, ids: [], group };
  const baseline = Number(new URLSearchParams(query).get('baseline'));
  return {
    screen,
    ids: ids.split(',').map(Number).filter(isId),
    baseline: isId(baseline) ? baseline : undefined,
  };
}

export function formatRoute(route: Route): string {
  if (route.screen === 'studies') return `#/studies${route.study ? `/${route.study}` : ''}`;
  if (route.group !== undefined) return `#/run/group-${route.group}`;
  const ids = route.ids.length > 0 ? `/${route.ids.join(',')}` : '';
  const query = route.baseline === undefined ? '' : `?baseline=${route.baseline}`;
  return `#/${route.screen}${ids}${query}`;
}

/** The name of a study. */
const STUDY = /^[a-z0-9-]+$/;

const GROUP = /^group-(\d+)$/;

const isId = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

export class Router {
  route: Route = $state.raw(parseRoute(location.hash));
  /** The last route of each screen, so that going back to it finds what was open. */
  #last = new Map<Screen, Route>();

  constructor() {
    window.addEventListener('hashchange', () => this.#arrive(parseRoute(location.hash)));
  }

  go(route: Route): void {
    this.#arrive(route);
    const hash = formatRoute(route);
    if (location.hash !== hash) location.hash = hash;
  }

  /** Goes to a screen as it was left; the library and the studies always show their list. */
  show(screen: Screen): void {
    const last = screen === 'library' || screen === 'studies' ? undefined : this.#last.get(screen);
    this.go(last ?? { screen, ids: [] });
  }

  #arrive(route: Route): void {
    this.route = route;
    this.#last.set(route.screen, route);
  }
}
