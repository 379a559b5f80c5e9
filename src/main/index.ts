// The Electron main process: not written yet beyond leaving again.
import { app } from 'electron';

app.quit();
