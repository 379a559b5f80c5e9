/** Files in and out of the page: pick one to read, offer one to keep. */

/** Text of a file that the person picks; undefined when they think better of it. */
export function pickTextFile(accept: string): Promise<{ name: string; text: string } | undefined> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.onchange = () => {
      const file = input.files?.[0];
      if (!file) resolve(undefined);
      else file.text().then((text) => resolve({ name: file.name, text }), reject);
    };
    input.oncancel = () => resolve(undefined);
    input.click();
  });
}

export function offerTextFile(name: string, mediaType: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the next minute; only then may its address go.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A file name from a title: what file systems refuse becomes a dash. */
export const fileNameOf = (title: string): string =>
  title
    .trim()
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 80) || 'untitled';
