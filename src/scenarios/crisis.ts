/** Crisis-line intakes. What the figures stand on, and which are invented, is in the model card `crisis.md` beside this file. */
import { z } from 'zod';
import { chance, each, exponential, given, int, logNormal, mixture, normal, record, time, uniform, uuid, weighted } from '../fields';
import { defineScenario } from './scenario';

const name = 'crisis';
const version = 1;

const channel = weighted({ '988_call': 58, mobile_team: 16, walk_in: 12, ER_referral: 14 });

/** Inhabitants in thousands. */
const county = weighted({ 'Los Angeles': 9663, 'San Diego': 3270, Orange: 3136, 'Santa Clara': 1878, Alameda: 1622, Sacramento: 1584 });

const presentingProblem = weighted({
  suicidal_thoughts: 30,
  panic_attack: 24,
  psychosis: 12,
  overdose_risk: 11,
  DV_related: 11,
  withdrawal: 12,
});

const risk = (low: number, moderate: number, high: number, imminent: number) => weighted({ low, moderate, high, imminent });
const riskLevel = given('presenting_problem', {
  suicidal_thoughts: risk(22, 40, 28, 10),
  panic_attack: risk(55, 35, 8, 2),
  psychosis: risk(20, 42, 29, 9),
  overdose_risk: risk(12, 33, 35, 20),
  DV_related: risk(24, 42, 26, 8),
  withdrawal: risk(30, 45, 20, 5),
});

const outcome = (phone: number, clinic: number, mobileTeam: number, transfer911: number, er: number) =>
  weighted({
    phone_stabilized: phone,
    urgent_clinic: clinic,
    mobile_team_dispatched: mobileTeam,
    '911_transfer': transfer911,
    ER_referred: er,
  });
const disposition = given('risk_level', {
  low: given('channel', {
    '988_call': outcome(88, 8, 2, 1, 1),
    mobile_team: outcome(50, 40, 6, 1, 3),
    walk_in: outcome(30, 63, 3, 1, 3),
    ER_referral: outcome(38, 52, 3, 1, 6),
  }),
  moderate: given('channel', {
    '988_call': outcome(67, 18, 11, 1, 3),
    mobile_team: outcome(28, 45, 17, 2, 8),
    walk_in: outcome(12, 72, 6, 2, 8),
    ER_referral: outcome(18, 57, 7, 2, 16),
  }),
  high: given('channel', {
    '988_call': outcome(25, 19, 40, 7, 9),
    mobile_team: outcome(9, 30, 30, 8, 23),
    walk_in: outcome(4, 45, 15, 8, 28),
    ER_referral: outcome(6, 33, 14, 6, 41),
  }),
  imminent: given('channel', {
    '988_call': outcome(5, 4, 36, 43, 12),
    mobile_team: outcome(2, 6, 23, 35, 34),
    walk_in: outcome(1, 9, 12, 33, 45),
    ER_referral: outcome(1, 6, 10, 22, 61),
  }),
});

const speaks = (en: number, es: number, zh: number, vi: number, tl: number) => weighted({ en, es, zh, vi, tl });
const language = given('county', {
  'Los Angeles': speaks(62, 30, 4, 1.5, 2.5),
  'San Diego': speaks(72, 22, 1.5, 1.8, 2.7),
  Orange: speaks(63, 24, 3, 8, 2),
  'Santa Clara': speaks(62, 16, 10, 9, 3),
  Alameda: speaks(67, 16, 11, 2.5, 3.5),
  Sacramento: speaks(77, 13, 4, 2.5, 3.5),
});

/** The young, those in mid-life, the old. */
const age = int(
  13,
  85,
  mixture([0.3, normal({ mean: 19, sd: 5 })], [0.45, normal({ mean: 34, sd: 11 })], [0.25, normal({ mean: 58, sd: 13 })]),
);

/** Seconds; 1 in 50 lies anywhere in the range, as no queue is without exceptions. */
const wait = (median: number, sigma: number) => int(0, 300, mixture([0.98, logNormal({ median, sigma })], [0.02, uniform(0, 300)]));
const duration = (median: number, sigma: number) => int(30, 1200, mixture([0.98, logNormal({ median, sigma })], [0.02, uniform(30, 1200)]));

const flag = (suicidal: number, panic: number, psychosis: number, overdose: number, violence: number, withdrawal: number) =>
  given('presenting_problem', {
    suicidal_thoughts: chance(suicidal),
    panic_attack: chance(panic),
    psychosis: chance(psychosis),
    overdose_risk: chance(overdose),
    DV_related: chance(violence),
    withdrawal: chance(withdrawal),
  });

const intake = record({
  event_id: uuid(),
  event_time_ms: time('ms'),
  channel,
  county,
  presenting_problem: presentingProblem,
  risk_level: riskLevel,
  disposition,
  language,
  age,
  wait_time_sec: given('channel', {
    '988_call': wait(35, 0.9),
    mobile_team: wait(140, 0.5),
    walk_in: wait(110, 0.8),
    ER_referral: wait(60, 0.8),
  }),
  call_duration_sec: given('channel', {
    '988_call': duration(540, 0.6),
    mobile_team: duration(780, 0.45),
    walk_in: duration(660, 0.5),
    ER_referral: duration(300, 0.55),
  }),
  prior_contacts_90d: int(0, 5, exponential({ halving: 0.75 })),
  suicidal_ideation: flag(0.92, 0.12, 0.22, 0.24, 0.16, 0.14),
  homicidal_ideation: flag(0.04, 0.01, 0.11, 0.02, 0.07, 0.03),
  substance_use: flag(0.27, 0.16, 0.34, 0.95, 0.2, 0.97),
});

export const crisis = defineScenario({
  name,
  version,
  summary: 'Intakes of a crisis line (988 calls, mobile teams, walk-ins, ER referrals) in six Californian counties.',
  options: z.object({}),
  streams: (options) => [
    {
      name: 'intakes',
      schema: intake.schema,
      time: 'event_time_ms',
      fill: each(intake, { key: 'event_id', scenario: { name, version, options } }),
    },
  ],
});
