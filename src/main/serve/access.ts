/**
 * Who may talk to the server. The address that is printed holds a token that works once: the first
 * page that comes with it gets a session in a cookie, and the token is used up. Reloading the page
 * and opening further tabs in that browser go by the cookie, which is good until the server ends.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const secret = () => randomBytes(32).toString('base64url');
const hash = (text: string) => createHash('sha256').update(text).digest();

/** Compares in a time that tells nothing of where two texts differ, nor of their lengths. */
const equal = (a: string, b: string) => timingSafeEqual(hash(a), hash(b));

export class Access {
  readonly token = secret();
  readonly #session = secret();
  readonly #cookieName: string;
  readonly #hosts: readonly string[];
  #tokenUsed = false;

  /** @param port the port that the server listens on; a cookie is sent to every port of a host */
  constructor(port: number) {
    this.#cookieName = `swaplab-${port}`;
    this.#hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  }

  /** A name that was made to point at this machine is not a name of this server. */
  isOurHost(request: IncomingMessage): boolean {
    return this.#hosts.includes(request.headers.host ?? '');
  }

  /** Browsers say which page opens a WebSocket; only a page of this very server may. */
  isOurOrigin(request: IncomingMessage): boolean {
    return this.#hosts.some((host) => request.headers.origin === `http://${host}`);
  }

  /**
   * Browsers also say from where a request is made. Another page, be it on another port of this machine,
   * may lead a person here; it may not load, post or frame anything of ours.
   */
  isOurRequest(request: IncomingMessage): boolean {
    const { headers } = request;
    const site = headers['sec-fetch-site'];
    if (site === undefined || site === 'same-origin' || site === 'none') return true;
    return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  }

  hasSession(request: IncomingMessage): boolean {
    return (request.headers.cookie ?? '').split(';').some((pair) => {
      const [name, value] = pair.trim().split('=', 2);
      return name === this.#cookieName && value !== undefined && equal(value, this.#session);
    });
  }

  /** The cookie of a session in exchange for the token, once. */
  redeem(token: string): string | undefined {
    if (!equal(token, this.token) || this.#tokenUsed) return undefined;
    this.#tokenUsed = true;
    return `${this.#cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }
}
