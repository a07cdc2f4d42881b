/** The effects that the model card names, measured on the full set (seed 1) from what is published. A tolerance is stated beside each. */
import { localOf, zones } from '../../../src/scenarios/email/zones';
import { esps } from '../../../src/scenarios/email/esps';
import { eventsOf, grouped, HOUR_MS, DAY_MS, season, type Published } from './full-set';

const all = eventsOf(season());
const of = (type: string) => all.filter(({ event_type }) => event_type === type);
const opens = of('opened');
const firstOpens = new Map(opens.filter(({ metadata }) => !metadata.again).map((open) => [open.message_id, open]));
const delivered = of('delivered');
const lives = [...grouped(all, ({ universal_id }) => universal_id).values()];

const byName = new Map(zones.map((zone) => [zone.name, zone]));
const local = ({ at, metadata: { time_zone } }: Published) => new Date(localOf(byName.get(time_zone)!, at));
const isWeekend = (event: Published) => [0, 6].includes(local(event).getUTCDay());
const minuteOfDay = (event: Published) => local(event).getUTCHours() * 60 + local(event).getUTCMinutes();

const share = (events: readonly Published[], is: (event: Published) => boolean) => events.filter(is).length / events.length;
const openRate = (messages: readonly Published[]) => share(messages, ({ message_id }) => firstOpens.has(message_id));
const median = (values: readonly number[]) => quantile(values, 0.5);
const quantile = (values: readonly number[], q: number) => [...values].sort((a, b) => a - b)[Math.floor(values.length * q)]!;
const opensOf = (persona: string) => opens.filter(({ metadata }) => metadata.persona === persona);

describe('each persona opens at the hours that are its own, by local clocks', () => {
  test.each([
    ['commuter', 'on weekdays from 6 to 9 and from 16 to 20', 0.45, (e: Published) => !isWeekend(e) && within(e, [6, 9], [16, 20])],
    ['office_hours', 'on weekdays from 8 to 18', 0.7, (e: Published) => !isWeekend(e) && within(e, [8, 18])],
    ['early_riser', 'from 4 to 9', 0.45, (e: Published) => within(e, [4, 9])],
    ['night_owl', 'from 18 to 3', 0.65, (e: Published) => within(e, [18, 24], [0, 3])],
    ['weekend', 'on Saturday and Sunday', 0.5, isWeekend],
  ])('%s: %s, at least %d of its opens and half as much again as all others', (persona, _, least, is) => {
    const others = opens.filter(({ metadata }) => metadata.persona !== persona);

    expect(share(opensOf(persona), is)).toBeGreaterThan(least);
    expect(share(opensOf(persona), is)).toBeGreaterThan(1.5 * share(others, is));
  });

  test('nobody but night owls opens from 1 to 4, less than 1 % of opens', () => {
    expect(
      share(
        opens.filter(({ metadata }) => metadata.persona !== 'night_owl'),
        (e) => within(e, [1, 4]),
      ),
    ).toBeLessThan(0.01);
  });

  test('dormant readers open less than a sixth of what others do', () => {
    const of = (dormant: boolean) => openRate(delivered.filter(({ metadata }) => (metadata.persona === 'dormant') === dormant));
    expect(of(true)).toBeLessThan(of(false) / 6);
  });
});

describe('minutes stand out of their hours', () => {
  test('on the hour: the first three minutes have 2 to 2.8 times the opens of the other minutes', () => {
    const onTheHour = share(opens, (e) => minuteOfDay(e) % 60 < 3);
    expect(Math.abs(onTheHour / 3 / ((1 - onTheHour) / 57) - 2.4)).toBeLessThan(0.4);
  });

  test.each([
    ['commuter', 'before work', '07:35', '08:05'],
    ['commuter', 'after work', '17:35', '18:05'],
    ['office_hours', 'lunch', '12:05', '12:35'],
  ])('%s, %s: half an hour from %s has at least 1.4 times the opens of the half hours beside it', (persona, _, from, until) => {
    const [begin, end] = [from, until].map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) as [number, number];
    const weekdays = opensOf(persona).filter((event) => !isWeekend(event));
    const count = (a: number, b: number) => weekdays.filter((event) => minuteOfDay(event) >= a && minuteOfDay(event) < b).length;

    expect(count(begin, end)).toBeGreaterThan((1.4 * (count(begin - 30, begin) + count(end, end + 30))) / 2);
  });
});

describe('many sends tire, and days without them help', () => {
  /** Deliveries with the sends before them, weighted e^(-age / 3 days): counted from what is published. */
  const tired = lives.flatMap((events) => {
    const sends: Published[] = [];
    return events.flatMap((event) => {
      if (event.event_type === 'sent') sends.push(event);
      if (event.event_type !== 'delivered' || event.metadata.persona === 'dormant') return [];
      const others = sends.filter(({ message_id }) => message_id !== event.message_id);
      const fatigue = others.reduce((sum, { at }) => sum + Math.exp(-(event.at - at) / (3 * DAY_MS)), 0);
      return [{ event, fatigue, rested: others.every(({ at }) => event.at - at > 6 * DAY_MS) }];
    });
  });
  const rate = (from: number, until: number, persona?: string) =>
    openRate(
      tired
        .filter(
          ({ event, fatigue }) => fatigue >= from && fatigue < until && (persona ?? event.metadata.persona) === event.metadata.persona,
        )
        .map(({ event }) => event),
    );

  test('the open rate falls from step to step of fatigue, by 10 % to 30 % a unit', () => {
    const steps = [0.5, 1.5, 2.5].map((from) => rate(from, from + 1));
    for (const [i, step] of steps.slice(1).entries()) {
      expect(step / steps[i]!).toBeLessThan(0.95);
      expect(step / steps[i]!).toBeGreaterThan(0.7);
    }
  });

  test('the bulk-averse tire at least twice as much', () => {
    expect(1 - rate(2, 4, 'bulk_averse') / rate(0, 1, 'bulk_averse')).toBeGreaterThan(
      2 * (1 - rate(2, 4, 'early_riser') / rate(0, 1, 'early_riser')),
    );
  });

  test('after six days without a send the rate is at least 1.3 times that of the tired', () => {
    expect(openRate(tired.filter(({ rested }) => rested).map(({ event }) => event))).toBeGreaterThan(1.3 * rate(2, Infinity));
  });
});

describe('a hot path: whoever has just clicked or looked around opens more, and sooner', () => {
  const clicks = grouped(of('clicked'), ({ universal_id }) => universal_id);
  const after = (within: number) =>
    delivered.filter(({ universal_id, at }) => clicks.get(universal_id)?.some((click) => at - click.at >= 0 && at - click.at < within));
  const cold = delivered.filter(({ metadata }) => metadata.hot_path === null && metadata.persona !== 'dormant');
  const waits = (messages: readonly Published[]) =>
    messages.flatMap(({ message_id }) => firstOpens.get(message_id)?.metadata.since_delivery_ms ?? []);

  test('within 6 h of a click the open rate is 1.3 to 2.1 times the usual', () => {
    const lift = openRate(after(6 * HOUR_MS)) / openRate(cold);
    expect(after(6 * HOUR_MS).length).toBeGreaterThan(150);
    expect(lift).toBeGreaterThan(1.3);
    expect(lift).toBeLessThan(2.1);
  });

  test('a visit to the site, which is no event, shows in the same way: 1.15 to 1.6 times over its day', () => {
    const lift = openRate(delivered.filter(({ metadata }) => metadata.hot_path === 'site_visit')) / openRate(cold);
    expect(lift).toBeGreaterThan(1.15);
    expect(lift).toBeLessThan(1.6);
  });

  test('the wait for the open is at most 0.75 of the usual', () => {
    expect(median(waits(delivered.filter(({ metadata }) => metadata.hot_path !== null)))).toBeLessThan(0.75 * median(waits(cold)));
  });
});

describe.each(Object.values(esps))('$name', ({ name, medianS, sigma, defers }) => {
  const sent = new Map(of('sent').map((event) => [event.message_id, event]));
  const atFirst = delivered.filter(({ esp, metadata }) => esp === name && metadata.attempts === 1);
  const congested = ({ message_id }: Published) => sent.get(message_id)!.at % HOUR_MS < 3 * 60_000;
  const seconds = (events: readonly Published[]) => events.map(({ metadata }) => metadata.latency_ms / 1000);

  test.each([
    [0.5, 0],
    [0.9, 1.2816],
    [0.99, 2.3263],
  ])('has the latency quantile %d of its log-normal, within 8 %', (q, z) => {
    const found = quantile(seconds(atFirst.filter((event) => !congested(event))), q);
    expect(Math.abs(found / (medianS * Math.exp(z * sigma)) - 1)).toBeLessThan(0.08);
  });

  test('is four times as slow at the full hour, within 15 %', () => {
    expect(Math.abs(median(seconds(atFirst.filter(congested))) / (4 * medianS) - 1)).toBeLessThan(0.15);
  });

  test('defers its share of first attempts, within a quarter', () => {
    const firsts = new Set(
      of('deferred').flatMap(({ esp, message_id, metadata }) => (esp === name && metadata.attempts === 1 ? [message_id] : [])),
    );
    const usual = [...sent.values()].filter((event) => event.esp === name && !congested(event));
    expect(Math.abs(share(usual, ({ message_id }) => firsts.has(message_id)) / defers - 1)).toBeLessThan(0.25);
  });
});

function within(event: Published, ...hours: (readonly [number, number])[]): boolean {
  const hour = local(event).getUTCHours();
  return hours.some(([from, until]) => hour >= from && hour < until);
}
