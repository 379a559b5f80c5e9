/** Policies of the kernel that move pages out of RAM from tier to tier while a run goes. */
import { z } from 'zod';
import { Accepts, moverFields, percent, text, time } from './fields.ts';

const kindOf = <const K extends string>(kind: K) =>
  z.literal(kind).meta({ title: 'Kind', description: 'Which policy.' });

const common = {
  cgroup: text(1024, {
    title: 'Control group',
    description: 'Path of the cgroup whose pages it moves, with all below it; "/": of all.',
  }).default('/'),
  from: text(64, { title: 'From', description: 'Name of a tier, or "zswap".' }),
  to: text(64, { title: 'To', description: 'Name of a tier, or "zswap".' }),
  interval: time({ title: 'Interval', description: 'Time between two looks.' }).prefault('1s'),
  ...moverFields,
};

const byAge = z
  .strictObject({
    kind: kindOf('demote-by-age'),
    ...common,
    after: time({
      title: 'After',
      description: 'Pages move that nobody has touched for so long since they came to the tier.',
    }).prefault('30s'),
  })
  .meta({ title: 'Demotion by age', description: 'The oldest pages of a tier move on.' });

const marks = (tier: string, high: number, low: number) => ({
  high: percent({ title: 'High', description: `High mark, of ${tier}.` }).default(high),
  low: percent({ title: 'Low', description: `Low mark, of ${tier}.` }).default(low),
});

const byPressure = z
  .strictObject({
    kind: kindOf('demote-by-pressure'),
    ...common,
    ...marks('the tier that pages leave', 90, 80),
  })
  .meta({
    title: 'Demotion by pressure',
    description:
      'When a tier is fuller than the high mark, its oldest pages move on until it is at the low mark.',
  });

const promoteByAge = z
  .strictObject({
    kind: kindOf('promote-by-age'),
    ...common,
    within: time({
      title: 'Within',
      description:
        'Pages move up that came to the tier no longer ago, or with the LRU over all tiers, that left RAM no longer ago.',
    }).prefault('10s'),
  })
  .meta({
    title: 'Promotion by age',
    description: 'While a tier has room, the youngest pages of another move to it.',
  });

const intoRoom = z
  .strictObject({
    kind: kindOf('promote-into-room'),
    ...common,
    ...marks('the tier that pages come to', 80, 70),
  })
  .meta({
    title: 'Promotion into room',
    description:
      'When a tier is emptier than the low mark, the newest pages of another fill it to the high mark.',
  });

const POLICIES = [byAge, byPressure, promoteByAge, intoRoom] as const;

export const tierPolicy = z.discriminatedUnion('kind', POLICIES, {
  error: Accepts.text(
    `a policy whose kind is one of ${POLICIES.map(({ shape }) => `"${shape.kind.value}"`).join(', ')}`,
  ),
});
