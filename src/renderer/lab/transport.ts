/**
 * How text gets to the lab and back: the bridge that Electron's preload puts on the window, or a
 * WebSocket to the server that this page came from.
 */

export interface Bridge {
  post(text: string): void;
  onMessage(receive: (text: string) => void): () => void;
}

declare global {
  interface Window {
    swaplab?: Bridge;
  }
}

export interface Channel {
  /** Throws while the channel is down. */
  post(text: string): void;
  onMessage(receive: (text: string) => void): void;
  /** Called with true whenever the channel has opened and with false whenever it has gone. */
  onState(changed: (open: boolean) => void): void;
}

export function bridgeChannel(bridge: Bridge): Channel {
  return {
    post: (text) => bridge.post(text),
    onMessage: (receive) => void bridge.onMessage(receive),
    onState: (changed) => changed(true),
  };
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5000;

/** Opens the socket again after it closed, at growing intervals of 0.5 to 5 s, for ever. */
export function webSocketChannel(url: string): Channel {
  let socket: WebSocket | undefined;
  let retryMs = FIRST_RETRY_MS;
  let receive: (text: string) => void = () => {};
  let changed: (open: boolean) => void = () => {};

  const connect = (): void => {
    const current = new WebSocket(url);
    socket = current;
    current.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      changed(true);
    };
    current.onmessage = (event) => {
      if (typeof event.data === 'string') receive(event.data);
    };
    current.onclose = () => {
      changed(false);
      setTimeout(connect, retryMs);
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    };
  };
  connect();

  return {
    post: (text) => {
      if (socket?.readyState !== WebSocket.OPEN) throw new Error('The lab cannot be reached.');
      socket.send(text);
    },
    onMessage: (callback) => (receive = callback),
    onState: (callback) => (changed = callback),
  };
}

export function openChannel(): Channel {
  if (window.swaplab) return bridgeChannel(window.swaplab);
  const url = new URL('/rpc', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return webSocketChannel(url.href);
}
