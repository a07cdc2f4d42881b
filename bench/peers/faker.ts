/** Events of crisis intake's fields by faker in Node, as anybody would write it: `node dist/bench/peers/faker.js EVENTS FILE`. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { faker } from '@faker-js/faker';

const CHANNEL = ['988_call', 'mobile_team', 'walk_in', 'ER_referral'];
const COUNTY = ['Los Angeles', 'San Diego', 'Orange', 'Santa Clara', 'Alameda', 'Sacramento'];
const PROBLEM = ['suicidal_thoughts', 'panic_attack', 'psychosis', 'overdose_risk', 'DV_related', 'withdrawal'];
const RISK = ['low', 'moderate', 'high', 'imminent'];
const DISPOSITION = ['phone_stabilized', 'urgent_clinic', 'mobile_team_dispatched', '911_transfer', 'ER_referred'];
const LANGUAGE = ['en', 'es', 'zh', 'vi', 'tl'];
const START_MS = 1_767_225_600_000;
/** Characters a write. */
const CHUNK = 1 << 20;

const event = (i: number) => ({
  event_id: faker.string.uuid(),
  event_time_ms: START_MS + i,
  channel: faker.helpers.arrayElement(CHANNEL),
  county: faker.helpers.arrayElement(COUNTY),
  presenting_problem: faker.helpers.arrayElement(PROBLEM),
  risk_level: faker.helpers.arrayElement(RISK),
  disposition: faker.helpers.arrayElement(DISPOSITION),
  language: faker.helpers.arrayElement(LANGUAGE),
  age: faker.number.int({ min: 13, max: 85 }),
  wait_time_sec: faker.number.int({ min: 0, max: 300 }),
  call_duration_sec: faker.number.int({ min: 30, max: 1200 }),
  prior_contacts_90d: faker.number.int({ min: 0, max: 5 }),
  suicidal_ideation: faker.datatype.boolean(),
  homicidal_ideation: faker.datatype.boolean(),
  substance_use: faker.datatype.boolean(),
});

const [events = '0', path = ''] = process.argv.slice(2);
faker.seed(42);
const file = openSync(path, 'w');
let text = '';
for (let i = 0; i < Number(events); i++) {
  text += `${JSON.stringify(event(i))}\n`;
  if (text.length < CHUNK) continue;
  writeSync(file, text);
  text = '';
}
writeSync(file, text);
closeSync(file);
