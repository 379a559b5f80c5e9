// A result that was stored reads back as it was, whatever its numbers are.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/engine/result.ts';
import { decodeResult, encodeResult, RESULT_FORMAT } from '../../src/main/lab/resultCodec.ts';
import { openSeries, unpackSeries } from '../../src/main/lab/seriesCodec.ts';

const name = fc.constantFrom('pgfault', 'zswpout', 'ärger', 'x'.repeat(37));
const scope = fc.constantFrom<RunResult['totals'][number]['scope']>(
  'machine',
  'cgroup:/web',
  'tier:ssd',
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0);

const result: fc.Arbitrary<RunResult> = fc.nat(20).chain((samples) =>
  fc.record({
    engineVersion: fc.constant('1.2.3'),
    seed: fc.nat(),
    endReason: fc.constantFrom('duration', 'accesses', 'workloads_ended'),
    simulatedNs: fc.nat(),
    accesses: fc.nat(),
    totals: fc.array(fc.record({ scope, counters: fc.dictionary(name, number) })),
    series: fc.record({
      intervalNs: fc.nat(),
      timeNs: fc.array(number, { minLength: samples, maxLength: samples }),
      columns: fc.array(
        fc.record({
          scope,
          metric: name,
          values: fc.array(number, { minLength: samples, maxLength: samples }),
        }),
      ),
    }),
    histograms: fc.constant([]),
    flows: fc.array(fc.record({ from: name, to: name, pages: fc.nat() })),
    events: fc.array(
      fc.record({
        timeNs: fc.nat(),
        kind: fc.constant('note' as const),
        scope,
        message: fc.string(),
      }),
    ),
    digest: fc.constant('ab'.repeat(32)),
  }),
);

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a stored result', () => {
  it('reads back as it was', () => {
    fc.assert(
      fc.property(result, (original) => {
        const { head, stored } = encodeResult(original);
        expect(plain(decodeResult(head, stored))).toEqual(plain(original));
      }),
      { numRuns: 200 },
    );
  });

  it('is refused when its format is unknown or its series is cut short', () => {
    const original: RunResult = {
      engineVersion: '1',
      seed: 1,
      endReason: 'duration',
      simulatedNs: 1,
      accesses: 1,
      totals: [],
      series: {
        intervalNs: 1,
        timeNs: [1, 2],
        columns: [{ scope: 'machine', metric: 'free', values: [3, 4] }],
      },
      histograms: [],
      flows: [],
      events: [],
      digest: '',
    };
    const { head, stored } = encodeResult(original);
    expect(() => decodeResult(head, { ...stored, format: RESULT_FORMAT + 1 })).toThrow(
      'format 3 is not known',
    );
    expect(() =>
      decodeResult(head, { ...stored, series: stored.series.subarray(0, 20) }),
    ).toThrow();
  });

  it('of the first release is still read', () => {
    // One deflated block: length of the header, header padded to a multiple of 8, then all numbers.
    const header = JSON.stringify({
      intervalNs: 5,
      samples: 2,
      columns: [
        { scope: 'machine', metric: 'free' },
        { scope: 'tier:ssd', metric: 'held' },
      ],
    });
    const text = header.padEnd(Math.ceil((header.length + 4) / 8) * 8 - 4, ' ');
    const block = Buffer.alloc(4 + text.length + 6 * 8);
    block.writeUInt32LE(text.length);
    block.write(text, 4);
    [5, 10, 1.5, -2, 7, 8].forEach((value, i) =>
      block.writeDoubleLE(value, 4 + text.length + i * 8),
    );
    const series = new Uint8Array(deflateSync(block));
    expect(unpackSeries(1, series)).toEqual({
      intervalNs: 5,
      timeNs: [5, 10],
      columns: [
        { scope: 'machine', metric: 'free', values: [1.5, -2] },
        { scope: 'tier:ssd', metric: 'held', values: [7, 8] },
      ],
    });
    expect([...openSeries(1, series).values(1)]).toEqual([7, 8]);
  });
});
