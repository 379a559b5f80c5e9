// The native menu bar and the About box, as each platform expects them.
import { Menu, app, dialog, shell, type MenuItemConstructorOptions } from 'electron';
import { moveData } from './lab/dataFolder.ts';
import { messageOf } from './lab/errors.ts';
import icon from '../../resources/icon/icon.png?asset';

export interface MenuOptions {
  /** Folder that "Open Data Folder" shows. */
  dataFolder: string;
  openFile(path: string): void;
}

const isMac = process.platform === 'darwin';
const recentFiles: MenuItemConstructorOptions = {
  role: 'recentDocuments',
  submenu: [{ role: 'clearRecentDocuments' }],
};
const separator: MenuItemConstructorOptions = { type: 'separator' };

export function setMenu({ dataFolder, openFile }: MenuOptions): void {
  app.setAboutPanelOptions({
    applicationName: 'Swap Lab',
    applicationVersion: app.getVersion(),
    // macOS would put its build number in the brackets behind it.
    version: '',
    copyright: 'The Swap Lab contributors. Apache License 2.0.',
    credits: 'A laboratory that simulates Linux swap.',
    iconPath: icon,
  });
  const template: MenuItemConstructorOptions[] = [
    // About, Services, Hide and Quit are here on macOS, and nowhere else.
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: 'Open …', accelerator: 'CmdOrCtrl+O', click: () => void chooseFiles(openFile) },
        ...(isMac ? [recentFiles] : []),
        separator,
        { label: 'Open Data Folder', click: () => void shell.openPath(dataFolder) },
        { label: 'Move Data Folder …', click: () => void chooseDataFolder(dataFolder) },
        separator,
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    ...(isMac
      ? []
      : [
          {
            role: 'help' as const,
            submenu: [{ label: 'About Swap Lab', click: () => app.showAboutPanel() }],
          },
        ]),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

async function chooseFiles(openFile: (path: string) => void): Promise<void> {
  const { filePaths } = await dialog.showOpenDialog({
    title: 'Open a scenario or a run',
    properties: ['openFile'],
    filters: [
      { name: 'Scenarios and runs', extensions: ['swscenario', 'swrun', 'json'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  filePaths.forEach(openFile);
}

async function chooseDataFolder(current: string): Promise<void> {
  const { filePaths } = await dialog.showOpenDialog({
    title: `Move the data from ${current} to …`,
    properties: ['openDirectory', 'createDirectory'],
  });
  const [folder] = filePaths;
  if (folder === undefined) return;
  await dialog.showMessageBox(tellMove(folder));
}

function tellMove(folder: string): Electron.MessageBoxOptions {
  try {
    const { from, to, copied } = moveData(folder);
    return {
      type: 'info',
      message: `Swap Lab keeps its data in ${to} from its next start.`,
      detail: copied
        ? `Everything up to now was copied. ${from} stays as it is, and what runs now still ends there.`
        : `There is a database in that folder already, which will be used. ${from} stays as it is.`,
    };
  } catch (error) {
    return { type: 'error', message: 'The data was not moved', detail: messageOf(error) };
  }
}
