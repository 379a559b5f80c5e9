// A Vite plugin: writes beside each part of the app the licenses of the packages that were bundled into it,
// as most of them ask, with their texts. What is bundled is taken from the bundle, not from a list.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const FILE = 'licenses.txt';
const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

interface Manifest {
  name: string;
  version: string;
  license?: string;
  /** An older form of the same. */
  licenses?: { type: string }[];
}

function describe(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license = manifest.licenses?.[0]?.type } = manifest;
  const file = readdirSync(folder).find((each) => /^(licen[sc]e|copying)(\.|$)/i.test(each));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : 'It comes without a text.';
  return `Package: ${name} ${version} (${license})\n\n${text}\n`;
}

export function licenses(): Plugin {
  return {
    name: 'swap-lab-licenses',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((part) =>
        part.type === 'chunk' ? part.moduleIds : [],
      );
      const folders = new Set(
        modules.flatMap((id) => PACKAGE.exec(id.replace(/^\0/, ''))?.[1] ?? []),
      );
      const known = [...folders]
        .filter((folder) => existsSync(join(folder, 'package.json')))
        .sort();
      if (known.length === 0) return;
      const source = known.map(describe).join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: FILE, source });
    },
  };
}
