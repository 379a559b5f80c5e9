// Loaded into the app's main process before the app itself: native dialogs are written down in the file
// SWAPLAB_ASKED and answered from SWAPLAB_ANSWERS, in order, instead of shown. A dialog more ends the app.
import { dialog } from 'electron';
import { appendFileSync, renameSync } from 'node:fs';
import type { Answer, Asked } from './dialogs.ts';

const answers = JSON.parse(process.env.SWAPLAB_ANSWERS!) as Answer[];

/** A dialog may have a window as its first argument. */
function answerTo(args: unknown[]): { asked: Asked; answer: Answer } {
  const asked = args.at(-1) as Asked;
  appendFileSync(process.env.SWAPLAB_ASKED!, `${JSON.stringify(asked)}\n`);
  const answer = answers.shift();
  if (answer) return { asked, answer };
  console.error(`Nobody answers: ${JSON.stringify(asked)}`);
  process.exit(99);
}

dialog.showMessageBox = (async (...args: unknown[]) => {
  const { asked, answer } = answerTo(args);
  if ('after' in answer && answer.after) renameSync(...answer.after);
  const label = 'button' in answer ? answer.button : '';
  // A box without buttons of its own has this one.
  const response = (asked.buttons ?? ['OK']).indexOf(label);
  if (response < 0) throw new Error(`There is no button "${label}".`);
  return { response, checkboxChecked: false };
}) as typeof dialog.showMessageBox;

dialog.showOpenDialog = (async (...args: unknown[]) => {
  const { answer } = answerTo(args);
  const filePaths = 'files' in answer ? answer.files : [];
  return { canceled: filePaths.length === 0, filePaths };
}) as typeof dialog.showOpenDialog;
