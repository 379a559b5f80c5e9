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
      const next = await askForWayOut(databaseFile, error);
      if (!next) return undefined;
      databaseFile = next.file;
    }
  }
}

/** What to open; the usual database where it names none. */
interface Choice {
  file: string | undefined;
}

/** What to try next, or undefined to leave. */
async function askForWayOut(
  chosen: string | undefined,
  error: LabError,
): Promise<Choice | undefined> {
  console.error(`Swap Lab cannot start: ${error.message}`);
  const ways = waysOutOf(chosen ?? usualDatabase(), error);
  // Where the file is not at fault, whatever is can be seen to while the question stands.
  const retry = ways.length === 0 ? ['Try again'] : [];
  const buttons = [...ways.map(({ label }) => label), ...retry, 'Open another library …', 'Quit'];
  const quit = buttons.length - 1;
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
  if (response === quit - 1) {
    const file = await chooseLibrary();
    return file === undefined ? askForWayOut(chosen, error) : { file };
  }
  const way = ways[response];
  if (way) {
    await dialog.showMessageBox({
      type: 'info',
      title: 'Swap Lab',
      message: way.label,
      detail: takeWayOut(way, new Date()),
    });
  }
  return { file: chosen };
}

/** Undefined where the folder that the data was moved to is gone: then there is no file to mend. */
function usualDatabase(): string | undefined {
  try {
    return join(defaultDataDir(), DATABASE);
  } catch {
    return undefined;
  }
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
