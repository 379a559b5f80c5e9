/** Short messages at the foot of the window; one that offers to undo stays a little longer. */
export interface Toast {
  id: number;
  text: string;
  tone: 'info' | 'error';
  action?: { label: string; run: () => void } | undefined;
}

const STAY_MS = 6000;
const STAY_WITH_ACTION_MS = 12_000;

export class Toasts {
  list: Toast[] = $state.raw([]);
  #next = 1;

  info(text: string, action?: Toast['action']): void {
    this.#add({ id: this.#next++, text, tone: 'info', action });
  }

  /** Errors stay until they are closed. */
  error(text: string): void {
    this.#add({ id: this.#next++, text, tone: 'error' });
  }

  close(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Toast): void {
    this.list = [...this.list.slice(-3), toast];
    if (toast.tone === 'info') {
      setTimeout(() => this.close(toast.id), toast.action ? STAY_WITH_ACTION_MS : STAY_MS);
    }
  }
}
