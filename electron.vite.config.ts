// Builds the three parts of the app: main (Electron, server, CLI and their workers), preload, renderer.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import { licenses } from './scripts/lib/licenses.ts';

const at = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    plugins: [licenses()],
    build: {
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          server: at('src/main/serve/index.ts'),
          cli: at('src/main/cli/index.ts'),
        },
        // All in one folder, so that import.meta.dirname is out/main wherever code ends up.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    // A sandboxed preload can neither be an ES module nor require packages.
    build: {
      externalizeDeps: false,
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [svelte({ configFile: false }), licenses()],
    build: {
      minify: true,
      // Inlined assets would need data: in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: at('src/renderer/index.html') },
    },
  },
});
