import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockDevice, type DeviceFigures } from '../../../src/engine/tiers/blockDevice.ts';

const SSD: DeviceFigures = {
  readP50: 100_000,
  readP99: 400_000,
  writeP50: 50_000,
  writeP99: 300_000,
  sequential: 100_000,
  readBandwidth: 500e6,
  writeBandwidth: 400e6,
  parallelism: 8,
  pageBytes: 4096,
};

/** Always the same service time and as good as no limit of bandwidth. */
const EVEN: DeviceFigures = {
  ...SSD,
  readP50: 1000,
  readP99: 1000,
  writeP50: 3000,
  writeP99: 3000,
  sequential: 1000,
  readBandwidth: 1e15,
  writeBandwidth: 1e15,
};

const quantile = (values: number[], p: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * p)]!;

describe('an idle device', () => {
  it.each([
    [false, 100_000, 400_000],
    [true, 50_000, 300_000],
  ])('has the median and p99 of its figures (write: %s)', (write, p50, p99) => {
    const device = new BlockDevice(SSD, 1);
    const times = Array.from({ length: 40_000 }, (_, i) => {
      const now = i * 1e9;
      return device.submit(now, write, (i * 7919) % 100_000, 1) - now;
    });
    expect(quantile(times, 0.5) / p50).toBeCloseTo(1, 1);
    expect(Math.abs(quantile(times, 0.99) / p99 - 1)).toBeLessThan(0.06);
  });

  it('serves a request that goes on where the last one of its direction ended by `sequential`', () => {
    const hdd = { ...EVEN, readP50: 8e6, readP99: 8e6, writeP50: 9e6, writeP99: 9e6 };
    const device = new BlockDevice({ ...hdd, sequential: 25_000, parallelism: 1 }, 1);
    const took = (now: number, write: boolean, slot: number, pages: number) =>
      device.submit(now, write, slot, pages) - now;
    expect(took(1e9, false, 100, 8)).toBeCloseTo(8e6, -1);
    expect(took(2e9, false, 108, 8)).toBeCloseTo(25_000, -1);
    expect(took(3e9, true, 500, 1)).toBeCloseTo(9e6, -1);
    expect(took(4e9, false, 116, 1)).toBeCloseTo(25_000, -1); // the write did not interrupt
    expect(took(5e9, false, 116, 1)).toBeCloseTo(8e6, -1); // the same again is no continuation
    expect(took(6e9, true, 501, 1)).toBeCloseTo(25_000, -1);
  });

  it('never makes a continued request slower than a random one', () => {
    const device = new BlockDevice({ ...EVEN, sequential: 80_000 }, 1);
    device.submit(0, true, 10, 1);
    expect(device.submit(1e9, true, 11, 1)).toBeLessThanOrEqual(1e9 + 3001);
  });

  it('takes further pages at the speed of its bandwidth', () => {
    const device = new BlockDevice({ ...EVEN, readBandwidth: 4.096e9 }, 1);
    // 1000 ns for the first 4 KiB, then 1000 ns for each further page.
    expect(device.submit(0, false, 10, 8)).toBe(8000);
    const large = new BlockDevice({ ...EVEN, readBandwidth: 4.096e9, pageBytes: 16384 }, 1);
    expect(large.submit(0, false, 10, 1)).toBe(4000);
  });
});

/** Requests per second with `depth` requests under way at all times. */
function throughput(figures: DeviceFigures, write: boolean, depth: number, pages = 1): number {
  const device = new BlockDevice(figures, 5);
  const ends = Array.from({ length: depth }, () => 0);
  const requests = 20_000;
  let last = 0;
  for (let i = 0; i < requests; i++) {
    const earliest = ends.indexOf(Math.min(...ends));
    const end = device.submit(ends[earliest]!, write, (i * 7919) % 1e6, pages);
    ends[earliest] = end;
    last = Math.max(last, end);
  }
  return (requests / last) * 1e9;
}

describe('a busy device', () => {
  const mean = 100_000 * Math.exp((Math.log(4) / 2.3263) ** 2 / 2);

  it('saturates at parallelism over mean service time', () => {
    expect(throughput(SSD, false, 1) / (1e9 / mean)).toBeCloseTo(1, 1);
    expect(throughput(SSD, false, 4) / (4e9 / mean)).toBeCloseTo(1, 1);
    const full = 8e9 / mean;
    expect(throughput(SSD, false, 8) / full).toBeCloseTo(1, 1);
    expect(throughput(SSD, false, 64) / full).toBeCloseTo(1, 1);
  });

  it('saturates at its bandwidth', () => {
    const narrow = { ...SSD, readBandwidth: 40.96e6, writeBandwidth: 20.48e6 };
    expect(throughput(narrow, false, 32)).toBeCloseTo(10_000, -2);
    expect(throughput(narrow, true, 32)).toBeCloseTo(5000, -2);
    expect(throughput(narrow, false, 32, 8)).toBeCloseTo(1250, -2);
  });

  it('shares its bandwidth between reads and writes', () => {
    const device = new BlockDevice({ ...EVEN, readBandwidth: 4.096e9, writeBandwidth: 2.048e9 }, 1);
    // Ten pages read in 10 us and ten written in 20 us, whatever the order: 30 us in all.
    let last = 0;
    for (let i = 0; i < 20; i++) last = Math.max(last, device.submit(0, i % 2 === 0, i * 10, 1));
    expect(last).toBe(30_000);
  });

  it('takes requests up in the order in which they came', () => {
    const device = new BlockDevice({ ...EVEN, parallelism: 2 }, 1);
    const ends = Array.from({ length: 6 }, (_, i) => device.submit(0, i === 0, i * 10, 1));
    // The write keeps one server for 3 us; reads of 1 us follow each other on the other.
    expect(ends).toEqual([3000, 1000, 2000, 3000, 4000, 4000]);
    expect(device.counters).toEqual({
      reads: 5,
      writes: 1,
      bytesRead: 5 * 4096,
      bytesWritten: 4096,
      busyNs: 4000,
      waitNs: 0 + 0 + 1000 + 2000 + 3000 + 3000,
    });
  });

  it('is idle between requests', () => {
    const device = new BlockDevice(EVEN, 1);
    device.submit(0, false, 5, 1);
    device.submit(500, false, 50, 1);
    device.submit(10_000, false, 500, 1);
    expect(device.counters.busyNs).toBe(1500 + 1000);
  });
});

describe('any device', () => {
  const request = fc.record({
    gap: fc.integer({ min: 0, max: 200_000 }),
    write: fc.boolean(),
    slot: fc.nat(1000),
    pages: fc.integer({ min: 1, max: 32 }),
  });

  it('is deterministic and bound by its bandwidth', () => {
    fc.assert(
      fc.property(
        fc.array(request, { maxLength: 100 }),
        fc.integer({ min: 1, max: 5 }),
        (requests, parallelism) => {
          const figures = { ...SSD, parallelism };
          const one = new BlockDevice(figures, 9);
          const two = new BlockDevice(figures, 9);
          let now = 0;
          let transfer = 0;
          const ends: number[] = [];
          for (const { gap, write, slot, pages } of requests) {
            now += gap;
            const end = one.submit(now, write, slot, pages);
            expect(two.submit(now, write, slot, pages)).toBe(end);
            const ns = (pages * 4096 * 1e9) / (write ? 400e6 : 500e6);
            transfer += ns;
            expect(Number.isInteger(end)).toBe(true);
            expect(end).toBeGreaterThanOrEqual(Math.floor(now + ns));
            ends.push(end);
          }
          if (ends.length > 0) {
            expect(Math.max(...ends) + 1).toBeGreaterThanOrEqual(transfer);
            expect(one.counters.busyNs).toBeLessThanOrEqual(Math.max(...ends));
          }
          expect(one.counters.reads + one.counters.writes).toBe(requests.length);
        },
      ),
    );
  });
});
