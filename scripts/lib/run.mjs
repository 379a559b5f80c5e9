// Runs a program in our place: it has our terminal, gets our signals and decides our exit code.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @returns {Promise<{ exitCode: number, signal: string | null, error: Error | null, asked: boolean, time: number }>}
 *   signal: what ended it; error: why it could not be started; asked: we were told to end; time: ms
 */
export function runInForeground(program, args, options = {}) {
  return new Promise((resolve) => {
    const began = Date.now();
    let asked = false;
    const child = spawn(program, args, { stdio: 'inherit', ...options });
    const handlers = Object.entries({
      // Ctrl-C reaches every process of the terminal's group by itself; a second one means "at once".
      SIGINT: () => {
        asked = true;
        if (!process.stdin.isTTY) child.kill('SIGINT');
      },
      SIGTERM: () => {
        asked = true;
        child.kill('SIGTERM');
      },
      SIGHUP: () => {
        asked = true;
        child.kill('SIGHUP');
      },
    });
    for (const [signal, handler] of handlers) process.on(signal, handler);
    const end = (code, signal, error) => {
      for (const [name, handler] of handlers) process.off(name, handler);
      const exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
      resolve({ exitCode, signal, error, asked, time: Date.now() - began });
    };
    child.on('error', (error) => end(1, null, error));
    child.on('exit', (code, signal) => end(code, signal, null));
  });
}
