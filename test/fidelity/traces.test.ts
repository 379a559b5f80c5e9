// The generators of the measured workloads give the very accesses and contents that were measured.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentCodes, parseContent } from '../../src/engine/replay/contents.ts';
import { joined } from '../../src/engine/replay/machine.ts';
import { parseSegment, segmentAccesses, zipfCumulative } from '../../src/engine/replay/traces.ts';
import { MEASURED, SAME, ZERO } from '../../src/engine/workload/contents.ts';
import { caseIds, readCase, readResult } from '../../src/main/lab/fidelity/format.ts';
import { GROUND_TRUTH } from './folder.ts';

const sha256 = (accesses: Uint32Array) =>
  createHash('sha256').update(new Uint8Array(accesses.buffer)).digest('hex');

describe('a trace', () => {
  const traced = caseIds(GROUND_TRUTH).flatMap((id) =>
    readCase(GROUND_TRUTH, id).procs.flatMap(({ ops }, process) =>
      ops.some((op) => op.op === 'trace') ? [{ id, ops, process }] : [],
    ),
  );

  it.each(traced)('of $id, process $process, is the one that was measured', (each) => {
    const [repeat] = readResult(GROUND_TRUTH, each.id).repeats;
    expect(sha256(joined(each.ops))).toBe(repeat?.trace_sha256?.[each.process]);
  });

  // First accesses as the harness's own generator, a C program, writes them.
  it.each([
    ['kind=seq,count=4,n=3,start=1,seed=9', [1, 2, 0, 1]],
    ['kind=stride,count=6,n=6,k=3,seed=9', [0, 3, 1, 4, 2, 5]],
    ['kind=seq,count=2,n=9,base=100,w=100,seed=9', [0x80000064, 0x80000065]],
  ])('%s', (text, expected) => {
    expect([...segmentAccesses(text)]).toEqual(expected);
  });

  it('weighs zipf ranks by whole numbers', () => {
    // 2^32 / i rounded, added up.
    expect([...zipfCumulative(3, 100)]).toEqual([4294967296, 6442450944, 7874106709]);
  });

  it.each(['kind=walk,n=4', 'kind=seq,n=4,w', 'kind=seq', 'kind=seq,n=x'])('refuses %s', (text) => {
    expect(() => parseSegment(text)).toThrow(/accepted/);
  });
});

describe('contents', () => {
  it('are of the classes in their shares', () => {
    const codes = contentCodes('z:25,s:25,r60:50', 7, 20_000);
    const share = (code: number) => codes.filter((each) => each === code).length / codes.length;
    expect(share(ZERO)).toBeCloseTo(0.25, 1);
    expect(share(SAME)).toBeCloseTo(0.25, 1);
    expect(share(MEASURED + 15)).toBeCloseTo(0.5, 1);
  });

  it('spread class u over all 32 degrees', () => {
    expect(new Set(contentCodes('u:100', 7, 5_000)).size).toBe(32);
  });

  it.each(['r61:100', 'z:50', 'x:100', 'r132:100'])('refuse %s', (text) => {
    expect(() => parseContent(text)).toThrow(/accepted/);
  });
});
