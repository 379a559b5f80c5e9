/** The one explanation that is shown at a time, beside the word that it explains. */
export interface Tip {
  text: string;
  detail: string;
  /** Where the word stands in the window. */
  left: number;
  top: number;
  bottom: number;
}

export class Tips {
  current: Tip | null = $state.raw(null);

  show(anchor: HTMLElement, text: string, detail = ''): void {
    const { left, top, bottom } = anchor.getBoundingClientRect();
    this.current = { text, detail, left, top, bottom };
  }

  hide(): void {
    this.current = null;
  }
}
