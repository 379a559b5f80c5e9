// Builds a Debian package of the unpacked app with dpkg-deb. It needs no scripts of its own: menus, MIME types
// and icons are taken up by the triggers of the packages that own them.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import config from '../../electron-builder.config.mjs';
import { root } from './root.mjs';

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };
const { linux, deb, fileAssociations } = config;
const NAME = linux.executableName;

const lines = (...parts) => `${parts.join('\n')}\n`;

function controlFile(version, kib) {
  return lines(
    `Package: ${NAME}`,
    `Version: ${version}`,
    `Architecture: ${ARCHITECTURES[process.arch]}`,
    `Section: ${deb.packageCategory}`,
    'Priority: optional',
    `Maintainer: ${linux.maintainer}`,
    `Installed-Size: ${kib}`,
    `Depends: ${deb.depends.join(', ')}`,
    `Recommends: ${deb.recommends.join(', ')}`,
    `Description: ${linux.synopsis}`,
    ` ${linux.description}`,
  );
}

function desktopEntry() {
  const entry = {
    Type: 'Application',
    ...linux.desktop.entry,
    Comment: linux.synopsis,
    Exec: `${NAME} %F`,
    Icon: NAME,
    Terminal: false,
    Categories: `${linux.category};`,
    MimeType: fileAssociations.map(({ mimeType }) => `${mimeType};`).join(''),
  };
  return lines(
    '[Desktop Entry]',
    ...Object.entries(entry).map(([key, value]) => `${key}=${value}`),
  );
}

function mimeTypes() {
  return lines(
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">',
    ...fileAssociations.flatMap(({ ext, description, mimeType }) => [
      `  <mime-type type="${mimeType}">`,
      `    <comment>${description}</comment>`,
      '    <sub-class-of type="application/json"/>',
      `    <glob pattern="*.${ext}"/>`,
      '  </mime-type>',
    ]),
    '</mime-info>',
  );
}

function copyright() {
  return lines(
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    'Upstream-Name: Swap Lab',
    '',
    'Files: *',
    'Copyright: The Swap Lab contributors',
    'License: Apache-2.0',
    ' On Debian systems the text of the license is in /usr/share/common-licenses/Apache-2.0.',
    ` Electron and Chromium, on which it is built, say theirs in /usr/lib/${NAME}.`,
  );
}

function kibOf(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return Math.ceil(bytes / 1024);
}

function layOut(tree, unpacked, version) {
  const put = (path, text) => {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), text);
  };
  cpSync(unpacked, join(tree, 'usr/lib', NAME), { recursive: true });
  // Chromium's sandbox where users may not have namespaces of their own (Ubuntu 24.04, hardened kernels).
  chmodSync(join(tree, 'usr/lib', NAME, 'chrome-sandbox'), 0o4755);
  put(`usr/share/applications/${NAME}.desktop`, desktopEntry());
  put(`usr/share/mime/packages/${NAME}.xml`, mimeTypes());
  put(`usr/share/doc/${NAME}/copyright`, copyright());
  mkdirSync(join(tree, 'usr/bin'));
  symlinkSync(`../lib/${NAME}/${NAME}`, join(tree, 'usr/bin', NAME));
  for (const file of readdirSync(join(root, linux.icon))) {
    const icons = join(tree, 'usr/share/icons/hicolor', basename(file, '.png'), 'apps');
    mkdirSync(icons, { recursive: true });
    copyFileSync(join(root, linux.icon, file), join(icons, `${NAME}.png`));
  }
  put('DEBIAN/control', controlFile(version, kibOf(join(tree, 'usr'))));
}

/**
 * @param {{ unpacked: string, version: string, output: string, compression: string[] }} options compression:
 *   dpkg-deb's, such as -Zxz
 * @returns {string} path of the package
 */
export function buildDeb({ unpacked, version, output, compression }) {
  const file = join(output, `${NAME}_${version}_${ARCHITECTURES[process.arch]}.deb`);
  const tree = mkdtempSync(join(tmpdir(), 'swap-lab-deb-'));
  // mkdtemp keeps others out, and this folder's rights become those of the root folder in the package.
  chmodSync(tree, 0o755);
  try {
    layOut(tree, unpacked, version);
    const partial = `${file}.partial`;
    execFileSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', tree, partial], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    renameSync(partial, file);
  } finally {
    rmSync(tree, { recursive: true });
  }
  return file;
}
