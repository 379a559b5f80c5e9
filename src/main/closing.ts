// Closing the window while runs go on: asks, and can leave them going without a window. Then a tray
// icon, where the system shows one, or starting the app again brings the window back.
import { Menu, Tray, app, dialog, nativeImage, type BrowserWindow } from 'electron';
import icon from '../../resources/icon/icon.png?asset';
import type { HostedLab } from './lab/hosted.ts';

const CHOICES = ['Leave them going', 'Quit and interrupt them', 'Go back'] as const;
const [LEAVE, QUIT, BACK] = [0, 1, 2];

const TRAY_SIZE = 22;

export class Closing {
  readonly #lab: HostedLab;
  #window: BrowserWindow | null = null;
  #tray: Tray | null = null;
  #mayClose = false;
  #asking = false;

  constructor(lab: HostedLab) {
    this.#lab = lab;
    lab.on({ runChanged: () => this.#quitWhenAllIsDone() });
  }

  /** Whoever ends the app from outside is not asked: nobody may be there to answer. */
  quitUnasked(): void {
    this.#mayClose = true;
    app.quit();
  }

  guard(window: BrowserWindow): void {
    this.#window = window;
    window.on('close', (event) => {
      if (this.#mayClose || this.#lab.going === 0) return;
      event.preventDefault();
      void this.#ask(window);
    });
    window.once('closed', () => (this.#window = null));
    window.on('show', () => this.#leaveTray());
  }

  async #ask(window: BrowserWindow): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const count = this.#lab.going;
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      title: 'Swap Lab',
      message: count === 1 ? 'A run is still going.' : `${count} runs are still going.`,
      detail:
        'Left going, they run on without a window and are kept when they end; then Swap Lab closes by itself. Start it again to see them. If you quit, they are interrupted and have no result.',
      buttons: [...CHOICES],
      defaultId: LEAVE,
      cancelId: BACK,
      noLink: true,
    });
    this.#asking = false;
    if (response === LEAVE) this.#leaveGoing(window);
    else if (response === QUIT) this.quitUnasked();
  }

  #leaveGoing(window: BrowserWindow): void {
    window.hide();
    if (!this.#tray) this.#showTray(window);
    // The last one may have ended while the question stood there.
    this.#quitWhenAllIsDone();
  }

  #showTray(window: BrowserWindow): void {
    const image = nativeImage.createFromPath(icon).resize({ width: TRAY_SIZE, height: TRAY_SIZE });
    this.#tray = new Tray(image);
    this.#tray.setToolTip('Swap Lab: runs are going');
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Show Swap Lab', click: () => window.show() },
        { label: 'Quit and interrupt the runs', click: () => this.quitUnasked() },
      ]),
    );
    this.#tray.on('click', () => window.show());
  }

  #leaveTray(): void {
    this.#tray?.destroy();
    this.#tray = null;
  }

  /** A window that was hidden for the sake of runs has no reason to be once they have ended. */
  #quitWhenAllIsDone(): void {
    const hidden = this.#window !== null && !this.#window.isVisible() && this.#tray !== null;
    if (hidden && this.#lab.going === 0) this.quitUnasked();
  }
}
