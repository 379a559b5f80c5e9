/**
 * A file that a process maps or reads, and the tree of its page cache. The nodes of that tree are
 * kernel memory charged to the memcg whose task made them (XA_FLAGS_ACCOUNT in fs/inode.c).
 */
import type { Kernel, Process } from '../kernel.ts';
import { areaOf } from './area.ts';
import type { FileReadahead } from './fileReadahead.ts';

/** Entries of a node (XA_CHUNK_SIZE). */
const NODE_ENTRIES = 64;
/** struct xa_node, and the pointer to its cgroup that a charged object carries (lib/xarray.c). */
const NODE_BYTES = 576 + 8;

export class FileMapping {
  /** First page, as a global page index; the file lies on the disk in this order. */
  readonly start: number;
  readonly end: number;
  /** Accessed through page tables; otherwise by read() and write(). */
  readonly mapped: boolean;
  /** Accessed bits mean something: not after MADV_RANDOM or MADV_SEQUENTIAL (vma_has_recency()). */
  readonly recency: boolean;
  readonly executable: boolean;
  readonly readahead: FileReadahead | null;
  /** Since when some page of it is dirty, ns; Infinity when none is. */
  dirtySince = Infinity;
  /** By level, from the leaves up: the nodes that exist. */
  private readonly nodes: Uint8Array[] = [];

  constructor(
    start: number,
    end: number,
    mapped: boolean,
    recency: boolean,
    executable: boolean,
    readahead: FileReadahead | null,
  ) {
    this.start = start;
    this.end = end;
    this.mapped = mapped;
    this.recency = recency;
    this.executable = executable;
    this.readahead = readahead;
    for (let count = end - start; count > 1 || this.nodes.length === 0;) {
      count = Math.ceil(count / NODE_ENTRIES);
      this.nodes.push(new Uint8Array(count));
    }
  }

  /** Bytes of the nodes that the tree still lacks to hold a page. */
  missingNodes(page: number): number {
    let bytes = 0;
    let index = page - this.start;
    for (const level of this.nodes) {
      index = Math.floor(index / NODE_ENTRIES);
      if (level[index] === 0) bytes += NODE_BYTES;
    }
    return bytes;
  }

  addNodes(page: number): void {
    let index = page - this.start;
    for (const level of this.nodes) {
      index = Math.floor(index / NODE_ENTRIES);
      level[index] = 1;
    }
  }

  /** The file is gone. */
  clear(): void {
    for (const level of this.nodes) level.fill(0);
    this.dirtySince = Infinity;
  }
}

/** What a process has of files, besides its mappings. */
export interface ProcessFiles {
  /** Kernel memory charged for trees, pages, and what is left of the last of them, bytes. */
  treePages: number;
  treeRest: number;
}

/** The mapping of a page of a file. */
export function mappingOf(k: Kernel, page: number): FileMapping {
  return fileOf(k.processes[k.pages.process(page)], page);
}

export function fileOf(process: Process, page: number): FileMapping {
  const { file } = areaOf(process, page);
  if (file === null) throw new Error(`Page ${page} belongs to no file`);
  return file;
}
