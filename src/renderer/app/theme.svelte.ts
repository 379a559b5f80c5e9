/** Light, dark, or what the system says; the choice stays in this browser or app. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'swaplab.theme';
const CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

export class Theme {
  choice: ThemeChoice = $state('system');
  /** Changes with every change of colours, so that canvases know when to draw again. */
  revision = $state(0);

  constructor() {
    const kept = localStorage.getItem(KEY) as ThemeChoice | null;
    this.#apply(kept !== null && CHOICES.includes(kept) ? kept : 'system');
    window
      .matchMedia?.('(prefers-color-scheme: dark)')
      .addEventListener('change', () => this.revision++);
  }

  next(): void {
    const index = CHOICES.indexOf(this.choice);
    this.#apply(CHOICES[(index + 1) % CHOICES.length] as ThemeChoice);
    localStorage.setItem(KEY, this.choice);
  }

  #apply(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = choice;
    this.revision++;
  }
}
