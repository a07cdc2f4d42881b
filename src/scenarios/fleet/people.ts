/** Drivers by their number in the run: those of the first company, then those of the second. */
import { Companies, type Company, type Driver } from './company';
import type { Source } from './draws';
import type { Numbers } from './options';

export class People {
  private readonly companies: Companies;
  /** The last one asked for: drivers of a company come one after the other. */
  private last: { number: number; company: Company } | null = null;

  constructor(
    source: Source,
    private readonly numbers: Numbers,
  ) {
    this.companies = new Companies(source);
  }

  /** @param driver from 0 */
  private companyOf(driver: number): Company {
    const number = this.numbers.firstCompany + Math.floor(driver / this.numbers.driversPerCompany);
    if (this.last?.number !== number) this.last = { number, company: this.companies.company(number) };
    return this.last.company;
  }

  driver(driver: number): Driver {
    const { firstCompany, driversPerCompany } = this.numbers;
    const company = this.companyOf(driver);
    return this.companies.driver(company, firstCompany + Math.floor(driver / driversPerCompany), driver % driversPerCompany);
  }
}
