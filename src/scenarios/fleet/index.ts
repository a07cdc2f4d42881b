/** A fleet of drivers and the companies that they drive for. What is invented and how it hangs together: the model card `../fleet.md`. */
import { defineScenario } from '../scenario';
import { companiesStream } from './companies';
import { driversStream } from './drivers';
import { expectedEvents, fleetOptions, numbersOf } from './options';

const name = 'fleet';
const version = 1;

export const fleet = defineScenario({
  name,
  version,
  summary: 'Haulage companies that come onboard one after the other, and what their drivers and vehicles report.',
  options: fleetOptions,
  streams: (options) => {
    const numbers = numbersOf(options);
    const scenario = { name, version, options };
    return [companiesStream(numbers, scenario), driversStream(numbers, scenario)];
  },
  cadence: (options) => {
    const numbers = numbersOf(options);
    const { companyUs, driverUs, more, events } = numbers;
    const driver = numbers.mode === 'emulated' ? events : sized(expectedEvents(numbers));
    return [{ pace: { kind: 'every', everyUs: companyUs, ...sized(more) } }, { pace: { kind: 'every', everyUs: driverUs, ...driver } }];
  },
});

const sized = (size: number) => ({ min: size, max: size });
