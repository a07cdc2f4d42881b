import { createHash } from 'node:crypto';
import type * as Email from '../../../src/scenarios/email';
import { email } from '../../../src/scenarios/email';
import { batches, DAY_MS, eventsOf, grouped, IDENTITY, season, streamOf, type Published } from './full-set';

const text = season();
const all = eventsOf(text);

test('the bytes of a fixed identity never change, on any version of Node: a change here means scenario version + 1', () => {
  expect(email.version).toBe(1);
  expect(createHash('sha256').update(text).digest('hex')).toBe('80eefa5b07081f34d0945a3fa0598364d12d673359415cd81a57172f19f1e699');
});

test.each([1, 2])('the full set has 80,000 to 100,000 events, all different, in time order (seed %i)', (seed) => {
  const set = seed === IDENTITY.seed ? all : eventsOf(season({}, 90, { ...IDENTITY, seed }));

  expect(set.length).toBeGreaterThanOrEqual(80_000);
  expect(set.length).toBeLessThanOrEqual(100_000);
  expect(new Set(set.map(({ event_id }) => event_id)).size).toBe(set.length);
  expect(set.every(({ at }, i) => i === 0 || at >= set[i - 1]!.at)).toBe(true);
  expect(set[0]!.at).toBeGreaterThanOrEqual(IDENTITY.startUs / 1000);
  expect(set.at(-1)!.at).toBeLessThan(IDENTITY.startUs / 1000 + 90 * DAY_MS);
});

test('a day in the middle, made alone by a process that has made nothing else, is that day of the full set', () => {
  const [from, until] = [47, 48].map((day) => IDENTITY.startUs / 1000 + day * DAY_MS) as [number, number];
  const lines = text.split('\n').slice(0, -1);
  const day = lines.filter((_, i) => all[i]!.at >= from && all[i]!.at < until);

  jest.isolateModules(() => {
    const { email: fresh } = jest.requireActual<typeof Email>('../../../src/scenarios/email');
    expect(fresh).not.toBe(email);
    expect(batches(streamOf({ window: 'P1D' }, IDENTITY, fresh), 48, 49, DAY_MS)).toBe(`${day.join('\n')}\n`);
  });
  expect(day.length).toBeGreaterThan(500);
});

test('how the season is cut into batches changes no byte', () => {
  const quarter = 900_000;
  expect(batches(streamOf({ window: 'PT15M' }), 1, 10 * 96 + 1, quarter)).toBe(batches(streamOf({ window: 'P1D' }), 1, 11, DAY_MS));
});

test('batches asked for backwards, further apart than the days that are kept, are the same', () => {
  const stream = streamOf({ window: 'P1D', recipients: 700 });
  const made = (batch: number) => batches(stream, batch, batch + 1, DAY_MS);
  const forwards = [3, 80, 200].map(made);

  expect([200, 80, 3].map(made).reverse()).toEqual(forwards);
  expect(forwards.every((day) => day !== '')).toBe(true);
});

test('a recipient lives the same life whoever else is there, so a small season is a part of the large one', () => {
  const few = season({ recipients: 20 }).split('\n').slice(0, -1);
  const those = new Set(eventsOf(few.join('\n')).map(({ universal_id }) => universal_id));

  expect(few).toEqual(text.split('\n').filter((_, i) => i < all.length && those.has(all[i]!.universal_id)));
  expect(those.size).toBe(20);
});

test('`events` ends the season after exactly so many, the first ones', () => {
  const lines = text.split('\n');

  expect(season({ events: 5_000 }, 10)).toBe(`${lines.slice(0, 5_000).join('\n')}\n`);
});

test('a schedule that was held moves events, and what they say of time, by the length of the hold', () => {
  const stream = streamOf({ window: 'P1D' });
  const moved = { ...IDENTITY, startUs: IDENTITY.startUs + 5_000_000 };
  const [before, after] = [batches(stream, 10, 11, DAY_MS), batches(stream, 10, 11, DAY_MS, moved)].map(eventsOf) as [
    Published[],
    Published[],
  ];
  const untilOf = ({ metadata: { until } }: Published) => (until == null ? null : Date.parse(until));

  expect(after.map(({ at }) => at)).toEqual(before.map(({ at }) => at + 5_000));
  expect(after.map(untilOf)).toEqual(before.map(untilOf).map((until) => (until === null ? null : until + 5_000)));
  expect(after.map(({ event_id }) => event_id)).toEqual(before.map(({ event_id }) => event_id));
});

test('no plain address is in any event, nor anything that looks like one', () => {
  expect(text).not.toContain('@');
  expect(text).not.toMatch(/example\.(com|net|org)/);
});

describe('causes come before their effects, in the life of every message of the full set', () => {
  const messages = [...grouped(all, ({ message_id }) => message_id).values()];
  const kinds = (events: readonly Published[]) => events.map(({ event_type }) => event_type);
  const firstOf = (events: readonly Published[], type: string) => events.find(({ event_type }) => event_type === type);

  test('nothing comes before its send, of which there is one', () => {
    expect(messages.filter((events) => events[0]!.event_type !== 'sent' || kinds(events).lastIndexOf('sent') !== 0)).toEqual([]);
    expect(messages.length).toBeGreaterThan(30_000);
  });

  test('a message is delivered or bounces, once; its latency is the time between, its attempts are those that were put off and the last', () => {
    const wrong = messages.filter((events) => {
      const ends = events.filter(({ event_type }) => event_type === 'delivered' || event_type === 'bounced');
      const puttings = events.filter(({ event_type }) => event_type === 'deferred');
      const [end] = ends;
      if (end === undefined) return false;
      const late = puttings.some(({ at }) => at >= end.at);
      const latency = end.event_type === 'delivered' && end.metadata.latency_ms !== end.at - events[0]!.at;
      return ends.length > 1 || late || latency || end.metadata.attempts !== puttings.length + 1;
    });
    expect(wrong).toEqual([]);
  });

  test('nobody opens before the delivery, and nobody clicks, unsubscribes or complains before an open', () => {
    const wrong = messages.filter((events) => {
      const [delivered, opened] = [firstOf(events, 'delivered')?.at ?? Infinity, firstOf(events, 'opened')?.at ?? Infinity];
      return events.some(
        ({ event_type, at }) =>
          (event_type === 'opened' && at <= delivered) || (['clicked', 'unsubscribed', 'complained'].includes(event_type) && at <= opened),
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('what suppression forbids does not happen, to any recipient of the full set', () => {
  const lives = [...grouped(all, ({ universal_id }) => universal_id).values()];
  const breakers = all.filter(({ event_type }) => event_type === 'circuit_breaker');

  test('after a hard bounce, an unsubscription or a complaint there is nothing but the breaker that says so, for ever', () => {
    const ended = lives.filter((events) =>
      events.some(({ event_type, metadata }) => ['unsubscribed', 'complained'].includes(event_type) || metadata.bounce === 'hard'),
    );
    for (const events of ended) {
      const end = events.findIndex(
        ({ event_type, metadata }) => ['unsubscribed', 'complained'].includes(event_type) || metadata.bounce === 'hard',
      );
      const after = events.slice(end + 1).map(({ event_type, metadata: { reason, until } }) => ({ event_type, reason, until }));
      const reason = events[end]!.event_type === 'complained' ? 'complaint' : 'hard_bounce';
      expect(after).toEqual(events[end]!.event_type === 'unsubscribed' ? [] : [{ event_type: 'circuit_breaker', reason, until: null }]);
    }
    expect(ended.length).toBeGreaterThan(100);
  });

  test('until a breaker closes again nothing is sent, put off, delivered or bounced', () => {
    const forbidden = lives.flatMap((events) => {
      let until = -Infinity;
      return events.filter(({ event_type, at, metadata }) => {
        const wrong = at < until && ['sent', 'deferred', 'delivered', 'bounced'].includes(event_type);
        if (event_type === 'circuit_breaker') until = Math.max(until, metadata.until === null ? Infinity : Date.parse(metadata.until));
        return wrong;
      });
    });
    expect(forbidden).toEqual([]);
  });

  test('a storm of sends trips at the fourth within a day, for two days; a ticket for half a day to five', () => {
    const hours = (reason: string) =>
      breakers
        .filter(({ metadata }) => metadata.reason === reason)
        .map(({ at, metadata }) => (Date.parse(metadata.until!) - at) / 3_600_000);
    const bursts = lives.map((events) => events.filter(({ event_type }) => event_type === 'sent').map(({ at }) => at));

    expect(new Set(hours('send_storm'))).toEqual(new Set([48]));
    expect(Math.min(...hours('support_ticket'))).toBeGreaterThanOrEqual(12);
    expect(Math.max(...hours('support_ticket'))).toBeLessThanOrEqual(120);
    expect(bursts.flatMap((sends) => sends.filter((at, i) => i >= 3 && at - sends[i - 3]! < DAY_MS))).toEqual([]);
    expect(breakers.filter(({ metadata }) => metadata.reason === 'send_storm').length).toBeGreaterThan(300);
  });
});
