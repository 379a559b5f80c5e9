// Opens the lab; where its database does not open, asks in a dialog which way out to take.
import { app, dialog } from 'electron';
import { join } from 'node:path';
import { takeWayOut, waysOutOf } from './lab/database/waysOut.ts';
import { LabError } from './lab/errors.ts';
import { openHosted, type HostedLab } from './lab/hosted.ts';
import { DATABASE, defaultDataDir } from './lab/paths.ts';

/** The lab, or undefined when the person chose to leave. */
export async function openLab(chosen: string | undefined): Promise<HostedLab | undefined> {
  let databaseFile = chosen;
  for (;;) {
    try {
      return openHosted({ host: 'electron', databaseFile, chooseLibrary });
    } catch (error) {
      if (!(error instanceof LabError) || error.kind !== 'storage') throw error;
      const next = await askForWayOut(databaseFile ?? join(defaultDataDir(), DATABASE), error);
      if (next === undefined) return undefined;
      databaseFile = next;
    }
  }
}

/** Path of the database to try next, or undefined to leave. */
async function askForWayOut(file: string, error: LabError): Promise<string | undefined> {
  console.error(`Swap Lab cannot start: ${error.message}`);
  const ways = waysOutOf(file, error);
  const buttons = [...ways.map(({ label }) => label), 'Open another library …', 'Quit'];
  const other = ways.length;
  const quit = other + 1;
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'Swap Lab',
    message: 'The library cannot be opened',
    detail: error.message,
    buttons,
    defaultId: quit,
    cancelId: quit,
    noLink: true,
  });
  if (response === quit) return undefined;
  if (response === other) return (await chooseLibrary()) ?? askForWayOut(file, error);
  const way = ways[response];
  if (!way) return undefined;
  await dialog.showMessageBox({
    type: 'info',
    title: 'Swap Lab',
    message: way.label,
    detail: takeWayOut(way, new Date()),
  });
  return file;
}

async function chooseLibrary(): Promise<string | undefined> {
  const { filePaths } = await dialog.showOpenDialog({
    title: 'Open another library for this session',
    defaultPath: app.getPath('home'),
    properties: ['openFile', 'promptToCreate'],
    filters: [
      { name: 'Libraries of Swap Lab', extensions: ['db'] },
      { name: 'All files', extensions: ['*'] },
    ],
  });
  return filePaths[0];
}
