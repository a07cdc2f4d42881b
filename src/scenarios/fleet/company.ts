/** A company as a function of its number: nothing is kept, any company can be looked at alone. */
import { between, pick, randomFor, rounded, type Source } from './draws';
import { REGIONS, type Region } from './regions';

export interface Depot {
  readonly depot_id: string;
  readonly town: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Vehicle {
  readonly vehicle_id: string;
  readonly type: 'van' | 'rigid_truck' | 'articulated_truck';
  readonly make: string;
  readonly model_year: number;
  readonly tank_litres: number;
}

export interface Driver {
  readonly driver_id: string;
  readonly company_id: string;
  readonly vehicle: Vehicle;
  readonly depot: Depot;
}

export interface Company {
  readonly company_id: string;
  readonly region: Region;
  readonly depots: readonly Depot[];
}

const VEHICLES = {
  van: { makes: ['Ford', 'Mercedes-Benz', 'Renault', 'Fiat'], tanks: [70, 80] },
  rigid_truck: { makes: ['MAN', 'DAF', 'Iveco', 'Volvo'], tanks: [200, 300] },
  articulated_truck: { makes: ['Scania', 'Volvo', 'DAF', 'Mercedes-Benz'], tanks: [600, 800] },
} as const;

/** Model years are drawn up to this one: nothing here reads a clock. */
const NEWEST = 2025;

const six = (n: number): string => String(n).padStart(6, '0');

/** Companies and drivers of one run. `number` is a company's number from 1, `place` a driver's place in it from 0. */
export class Companies {
  private readonly ofCompany;
  private readonly ofDriver;

  constructor(source: Source) {
    this.ofCompany = randomFor(source, 'company');
    this.ofDriver = randomFor(source, 'driver');
  }

  company(number: number): Company {
    const random = this.ofCompany;
    random.at(number, 0);
    const region = pick(random, REGIONS);
    const count = 1 + random.below(3);
    const first = random.below(region.towns.length);
    const depots = Array.from({ length: Math.min(count, region.towns.length) }, (_, i) => {
      const town = region.towns[(first + i) % region.towns.length];
      if (town === undefined) throw new Error(`region ${region.name} has no towns`);
      return {
        depot_id: `P-${six(number)}-${String(i + 1)}`,
        town: town.name,
        latitude: rounded(town.lat + between(random, -0.06, 0.06), 5),
        longitude: rounded(town.lon + between(random, -0.09, 0.09), 5),
      };
    });
    return { company_id: `C-${six(number)}`, region, depots };
  }

  driver(company: Company, number: number, place: number): Driver {
    const random = this.ofDriver;
    random.at(number, place);
    const suffix = `${six(number)}-${String(place + 1).padStart(3, '0')}`;
    const share = random.float();
    const type = share < 0.5 ? 'van' : share < 0.8 ? 'rigid_truck' : 'articulated_truck';
    const { makes, tanks } = VEHICLES[type];
    return {
      driver_id: `D-${suffix}`,
      company_id: company.company_id,
      depot: pick(random, company.depots),
      vehicle: {
        vehicle_id: `V-${suffix}`,
        type,
        make: pick(random, makes),
        model_year: NEWEST - random.below(11),
        tank_litres: pick(random, tanks),
      },
    };
  }
}
