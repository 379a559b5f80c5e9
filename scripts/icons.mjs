// node scripts/icons.mjs: draws resources/icon/icon.svg in every size that the systems ask for. Needs a
// Chromium; to be run when the drawing changes, and the results are committed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './lib/hosts.mjs';
import { root } from './lib/root.mjs';

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Apple's names for images in an icns file, by pixels. */
const ICNS = {
  16: 'icp4',
  32: 'icp5',
  64: 'icp6',
  128: 'ic07',
  256: 'ic08',
  512: 'ic09',
  1024: 'ic10',
};

const folder = join(root, 'resources', 'icon');

async function draw(svg) {
  const browser = await chromium.launch({ executablePath: findChromium() });
  const page = await browser.newPage();
  const images = new Map();
  for (const size of SIZES) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
    );
    images.set(size, await page.screenshot({ omitBackground: true }));
  }
  await browser.close();
  return images;
}

/** An ICO file of PNG images: a header, one entry of 16 bytes each, then the images. */
function ico(images) {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(([size, png], i) => {
    const entry = 6 + 16 * i;
    // 0 stands for 256.
    header.writeUInt8(size % 256, entry);
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(([, png]) => png)]);
}

/** An ICNS file of PNG images: each after its name and its length, which counts these eight bytes. */
function icns(images) {
  const chunk = (name, ...parts) => {
    const head = Buffer.alloc(8, name, 'latin1');
    head.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0), 4);
    return Buffer.concat([head, ...parts]);
  };
  return chunk('icns', ...images.map(([size, png]) => chunk(ICNS[size], png)));
}

const images = await draw(readFileSync(join(folder, 'icon.svg'), 'utf8'));
mkdirSync(join(folder, 'sizes'), { recursive: true });
for (const [size, png] of images) {
  if (size <= 512) writeFileSync(join(folder, 'sizes', `${size}x${size}.png`), png);
}
writeFileSync(join(folder, 'icon.png'), images.get(512));
writeFileSync(join(folder, 'icon.ico'), ico([...images].filter(([size]) => size <= 256)));
writeFileSync(join(folder, 'icon.icns'), icns([...images].filter(([size]) => size in ICNS)));
