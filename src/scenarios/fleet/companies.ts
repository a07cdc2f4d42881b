/** The stream `companies`: one line a company, with its depots and drivers. */
import type { Random } from '../../fields/random';
import { writeJson } from '../../fields/json-bytes';
import type { BatchAddress, StreamDefinition } from '../scenario';
import { Companies, type Driver } from './company';
import { pick, randomFor, type Source } from './draws';
import type { Region } from './regions';
import { companiesBefore, type Numbers } from './options';
import { companySchema } from './schemas';

const LICENCES = { van: 'B', rigid_truck: 'C', articulated_truck: 'CE' } as const;
const DAY_MS = 86_400_000;

const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const companiesStream = (numbers: Numbers, scenario: Source['scenario']): StreamDefinition => ({
  name: 'companies',
  schema: companySchema,
  time: 'onboarded_at',
  // Every driver event refers to one.
  alwaysClean: true,
  *fill(address, out) {
    const source = { identity: address.identity, scenario };
    const companies = new Companies(source);
    const words = randomFor(source, 'words');
    const [from, until] = [companiesBefore(numbers, address.batch), companiesBefore(numbers, address.batch + 1)];
    const onboardedMs = Math.floor(onboardedUs(numbers, address) / 1000);
    for (let i = from; i < until; i++) {
      const number = numbers.firstCompany + i;
      const company = companies.company(number);
      const { region } = company;
      words.at(number, 0);
      const legalForm = pick(words, region.legalForms);
      const line = {
        company_id: company.company_id,
        company_name: `${pick(words, region.surnames)} ${pick(words, region.trades)} ${legalForm}`,
        legal_form: legalForm,
        onboarded_at: new Date(onboardedMs).toISOString(),
        region: region.name,
        country: region.country,
        fleet_size: numbers.driversPerCompany + words.below(1 + Math.ceil(numbers.driversPerCompany / 5)),
        depots: company.depots,
        drivers: Array.from({ length: numbers.driversPerCompany }, (_, place) => {
          words.at(number, 1 + place);
          return driverLine(companies.driver(company, number, place), region, words, onboardedMs);
        }),
      };
      writeJson(out, line);
      out.keyText(company.company_id);
      out.endEvent(onboardedMs);
      yield;
    }
  },
});

/** One driver interval before the batch is due: its drivers' first events, which may be due at the same instant, come after it. */
const onboardedUs = ({ driverUs }: Numbers, { dueUs }: BatchAddress): number => dueUs - driverUs;

function driverLine({ driver_id, vehicle, depot }: Driver, region: Region, words: Random, onboardedMs: number) {
  return {
    driver_id,
    name: `${pick(words, region.givenNames)} ${pick(words, region.surnames)}`,
    licence: {
      number: `L${String(words.below(900_000_000) + 100_000_000)}`,
      class: LICENCES[vehicle.type],
      expires_on: dateOf(onboardedMs + (180 + words.below(3650)) * DAY_MS),
    },
    hired_on: dateOf(onboardedMs - words.below(5500) * DAY_MS),
    depot_id: depot.depot_id,
    vehicle,
  };
}
