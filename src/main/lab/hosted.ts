/**
 * A lab whose damaged database can be replaced while pages have it open: it is closed, a way out is taken, and a
 * new lab opens what is there then. Pages are told to load themselves anew, and reach the new lab by that.
 */
import type { LabEvents, LabInfo, WayOutKind } from './contract.ts';
import { closeDatabase, openDatabase } from './database/open.ts';
import { expectUnused } from './database/replace.ts';
import { takeWayOut, waysOutOf } from './database/waysOut.ts';
import { invalid, type LabError } from './errors.ts';
import { createLab, type Channel, type Lab, type LabOptions } from './index.ts';

export interface HostOptions extends Omit<LabOptions, 'replacing' | 'repaired'> {
  /** Asks a person for another database; undefined when they think better of it. */
  chooseLibrary?: (() => Promise<string | undefined>) | undefined;
}

/** What a window or a server needs of a lab. */
export type HostedLab = Pick<Lab, 'connect' | 'on' | 'going' | 'openFile' | 'close' | 'info'>;

/** Opens the lab; throws a `LabError` where the database cannot be used. */
export function openHosted(options: HostOptions): HostedLab {
  const { chooseLibrary, ...labOptions } = options;
  const listeners = new Set<Partial<LabEvents>>();
  let lab = open(options.databaseFile);

  function open(databaseFile: string | undefined, repaired?: string): Lab {
    const replacing = { canChoose: chooseLibrary !== undefined, take };
    return createLab({ ...labOptions, databaseFile, replacing, repaired });
  }

  async function take(kind: WayOutKind, damage: LabError): Promise<void> {
    const { databasePath } = await lab.info();
    if (kind === 'other') {
      const file = await chooseLibrary?.();
      if (file === undefined) return;
      // What cannot be opened is refused before anything is closed.
      closeDatabase(openDatabase(file));
      return replace(file, () => `${databasePath} was left as it is; this is ${file}.`);
    }
    const way = waysOutOf(databasePath, damage).find((each) => each.kind === kind);
    if (!way) throw invalid(`${databasePath} has no way out of the kind "${kind}".`);
    expectUnused(databasePath, lab.owner);
    await replace(databasePath, () => takeWayOut(way, new Date()));
  }

  async function replace(file: string, change: () => string): Promise<void> {
    const before = lab;
    await before.close();
    lab = open(file, change());
    listeners.forEach((each) => lab.on(each));
    before.tellReplaced();
  }

  return {
    connect: (channel: Channel) => lab.connect(channel),
    on: (events) => {
      listeners.add(events);
      const stop = lab.on(events);
      return () => {
        listeners.delete(events);
        stop();
      };
    },
    get going() {
      return lab.going;
    },
    openFile: (path) => lab.openFile(path),
    info: (): Promise<LabInfo> => lab.info(),
    close: () => lab.close(),
  };
}
