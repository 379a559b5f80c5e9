/** Files in and out of the page: pick one to read, offer one to keep. */

/** A file that the person picks; undefined when they think better of it. */
export function pickFile(accept: string): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = accept;
    input.onchange = () => resolve(input.files?.[0]);
    input.oncancel = () => resolve(undefined);
    input.click();
  });
}

/** Text of a file that the person picks. */
export async function pickTextFile(
  accept: string,
): Promise<{ name: string; text: string } | undefined> {
  const file = await pickFile(accept);
  return file && { name: file.name, text: await file.text() };
}

export const offerTextFile = (name: string, mediaType: string, text: string): void =>
  offerFile(name, new Blob([text], { type: mediaType }));

export function offerFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
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
