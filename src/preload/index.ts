// The bridge: the page can send text to the lab and hear text from it, and that is all it can do.
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';

const CHANNEL = 'swaplab';

contextBridge.exposeInMainWorld('swaplab', {
  post(message: string): void {
    ipcRenderer.send(CHANNEL, String(message));
  },
  onMessage(callback: (message: string) => void): () => void {
    const listener = (_event: IpcRendererEvent, message: string) => callback(message);
    ipcRenderer.on(CHANNEL, listener);
    return () => {
      ipcRenderer.off(CHANNEL, listener);
    };
  },
});
