import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../src/main/lab/contract.ts';
import { sentenceOf, type OutcomeFigure } from '../../src/renderer/runs/outcome.ts';

const before = { id: 3 } as RunSummary;
const figure = (
  metric: string,
  change: string,
  verdict: OutcomeFigure['verdict'],
  after = '',
): OutcomeFigure => ({ metric, label: metric, before: '0', after, change, verdict });
const faster = figure('throughput', '+12.3 %', 'better');
const slower = figure('throughput', '−12.3 %', 'worse');

describe('what a run says beside the one before it', () => {
  it('goes by throughput', () => {
    expect(sentenceOf([faster], before)).toEqual({
      text: 'Better than run 3 by 12.3 % in throughput',
      verdict: 'better',
    });
    expect(sentenceOf([slower], before).text).toBe('Worse than run 3 by 12.3 % in throughput');
    expect(sentenceOf([figure('throughput', '0 %', 'same')], before).text).toBe('As fast as run 3');
  });

  it('does not call a run better that is faster because something was killed', () => {
    const killed = figure('oom_kill', '', 'worse', '2');
    const sentence = sentenceOf([faster, killed], before);
    expect(sentence.text).toBe(
      'Faster than run 3 by 12.3 % in throughput, but with OOM kills: 2 instead of 0',
    );
    expect(sentence.verdict).not.toBe('better');
    expect(sentenceOf([slower, killed], before)).toEqual({
      text: 'Slower than run 3 by 12.3 % in throughput, and with OOM kills: 2 instead of 0',
      verdict: 'worse',
    });
  });
});
