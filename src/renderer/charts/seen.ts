/** Tells whether an element can be seen; what cannot is always taken as seen where nothing can tell. */
export function watchSeen(element: Element, tell: (seen: boolean) => void): () => void {
  if (!('IntersectionObserver' in window)) return () => {};
  const observer = new IntersectionObserver((entries) => {
    const last = entries.at(-1);
    if (last) tell(last.isIntersecting);
  });
  observer.observe(element);
  return () => observer.disconnect();
}
