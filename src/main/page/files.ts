// Finds the file of the built page (out/renderer) that a URL path asks for, and nothing outside it.
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** Built into out/main, beside out/renderer. */
export const pageFolder = join(import.meta.dirname, '..', 'renderer');

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface PageFile {
  body: Uint8Array<ArrayBuffer>;
  mediaType: string;
}

/**
 * Reads the file at a URL's path, `/` being index.html; null where the page has no such file.
 * @param urlPath the path as it stands in the URL, still percent-encoded
 */
export async function readPageFile(
  urlPath: string,
  folder: string = pageFolder,
): Promise<PageFile | null> {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  const file = join(folder, path === '/' ? 'index.html' : path);
  const mediaType = MEDIA_TYPES[extname(file)];
  if (path.includes('\0') || !file.startsWith(folder + sep) || !mediaType) return null;
  try {
    return { body: new Uint8Array(await readFile(file)), mediaType };
  } catch {
    return null;
  }
}
