/** Colours of the style sheet as a canvas needs them: resolved for the theme of the moment. */
let probe: HTMLElement | undefined;

/** `--ram` as `rgb(…)`, with an opacity if wanted. */
export function colour(token: string, opacity = 1): string {
  if (!probe) {
    probe = document.createElement('span');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${token})`;
  const rgb = getComputedStyle(probe).color;
  const channels = rgb.match(/[\d.]+/g)?.slice(0, 3) ?? ['128', '128', '128'];
  return opacity === 1 ? rgb : `rgb(${channels.join(' ')} / ${opacity})`;
}
