// npm run build: builds the app whether or not anything has changed.
import { ensureBuilt } from './lib/build.mjs';

try {
  await ensureBuilt({ quiet: false, force: true });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
