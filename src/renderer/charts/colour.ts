/** Colours of the style sheet as a canvas needs them: resolved for the theme of the moment. */
let probe: HTMLElement | undefined;
const resolved = new Map<string, string>();

/** To be called when the theme has changed: resolving costs a look at the style sheet. */
export const forgetColours = (): void => resolved.clear();

/** `ram` as `rgb(…)`, with an opacity if wanted. */
export function colour(token: string, opacity = 1): string {
  const rgb = resolved.get(token) ?? resolve(token);
  if (opacity === 1) return rgb;
  const channels = rgb.match(/[\d.]+/g)?.slice(0, 3) ?? ['128', '128', '128'];
  return `rgb(${channels.join(' ')} / ${opacity})`;
}

function resolve(token: string): string {
  if (!probe) {
    probe = document.createElement('span');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${token})`;
  const rgb = getComputedStyle(probe).color;
  resolved.set(token, rgb);
  return rgb;
}
