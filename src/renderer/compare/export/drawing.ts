/** A drawing as a file of its own: SVG with its colours filled in, or PNG, drawn by the browser itself. */
import { colour } from '../../charts/colour.ts';

/** For screens that show two device pixels for one. */
const SCALE = 2;

export async function pngOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('No PNG could be made.')))),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The colours of the style sheet as they are, and the panel that a page would have behind it. */
export const standalone = (svg: string): string =>
  svg
    .replace('>', '><rect width="100%" height="100%" fill="var(--panel)"/>')
    .replace(/var\(--([\w-]+)\)/g, (_, token: string) => colour(token));
