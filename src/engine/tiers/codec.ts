/** What compressing a page costs and gives, for one codec on one machine. */
import type { Kernel } from '../kernel.ts';
import type { Memcg } from '../memory/memcg.ts';
import { C } from '../metrics/counters.ts';
import { CODECS, type CodecName } from '../scenario/presets.ts';
import { compressedBytes, MEASURED } from '../workload/contents.ts';
import { measuredBytes } from '../workload/measuredSizes.ts';

export class Codec {
  private readonly compressNs: number;
  private readonly decompressNs: number;
  private readonly relativeSize: number;
  readonly name: CodecName;

  private readonly k: Kernel;

  constructor(k: Kernel, name: CodecName) {
    this.k = k;
    this.name = name;
    const scale = k.costs.codecScale * (k.settings.pageBytes / 4096);
    this.compressNs = CODECS[name].compress * scale;
    this.decompressNs = CODECS[name].decompress * scale;
    this.relativeSize = CODECS[name].relativeSize;
  }

  /** Bytes that the page compresses to; a whole page when it does not get smaller. */
  size(page: number): number {
    const { relativeSize, name } = this;
    const { pageBytes } = this.k.settings;
    const content = this.k.pages.content(page);
    if (content < MEASURED) return compressedBytes(content, relativeSize, pageBytes);
    return measuredBytes(name, content - MEASURED, relativeSize) * (pageBytes / 4096);
  }

  /** Charges the time of one compression and returns the size in bytes. */
  compress(page: number, memcg: Memcg): number {
    this.charge(memcg, this.compressNs);
    return this.size(page);
  }

  decompress(memcg: Memcg): void {
    this.charge(memcg, this.decompressNs);
  }

  private charge(memcg: Memcg, ns: number): void {
    this.k.now += ns;
    memcg.counters[C.cpu_compress] += ns;
  }
}
