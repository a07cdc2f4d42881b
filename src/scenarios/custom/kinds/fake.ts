/** Faker's words, those of its functions that are a function of the event's address. */
import { z } from 'zod';
import { fake as fakeField } from '../../../fields';
import { nearest } from '../../../registry';
import { defineKind } from '../kind';

/**
 * Functions of faker that need no argument and answer a text, a number or a date. A list, and not whatever faker has: what a user writes
 * chooses one of these and calls nothing else. Left out: what looks like somebody's address or card (`internet.email` has the domains of
 * real mail services), and what takes functions or templates (`helpers`).
 */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  airline: ['flightNumber', 'recordLocator', 'seat'],
  animal: ['bird', 'cat', 'dog', 'fish', 'horse', 'petName', 'type'],
  book: ['author', 'genre', 'title'],
  color: ['human', 'rgb'],
  commerce: ['department', 'isbn', 'price', 'product', 'productAdjective', 'productDescription', 'productMaterial', 'productName'],
  company: ['buzzPhrase', 'catchPhrase', 'name'],
  database: ['column', 'engine', 'mongodbObjectId', 'type'],
  date: ['anytime', 'birthdate', 'future', 'month', 'past', 'recent', 'soon', 'weekday'],
  finance: ['accountNumber', 'amount', 'bic', 'currencyCode', 'currencyName', 'iban', 'transactionDescription', 'transactionType'],
  food: ['dish', 'fruit', 'ingredient', 'meat', 'spice', 'vegetable'],
  git: ['branch', 'commitMessage', 'commitSha'],
  hacker: ['abbreviation', 'noun', 'phrase', 'verb'],
  internet: [
    ...['displayName', 'domainName', 'emoji', 'exampleEmail', 'httpMethod', 'httpStatusCode', 'ip', 'ipv4', 'ipv6', 'mac', 'port'],
    ...['protocol', 'url', 'userAgent', 'username'],
  ],
  location: [
    ...['buildingNumber', 'city', 'continent', 'country', 'countryCode', 'county', 'direction', 'latitude', 'longitude'],
    ...['secondaryAddress', 'state', 'street', 'streetAddress', 'timeZone', 'zipCode'],
  ],
  lorem: ['paragraph', 'sentence', 'slug', 'word', 'words'],
  music: ['album', 'artist', 'genre', 'songName'],
  person: ['bio', 'firstName', 'fullName', 'gender', 'jobArea', 'jobTitle', 'jobType', 'lastName', 'prefix', 'sex', 'zodiacSign'],
  phone: ['imei', 'number'],
  string: ['alpha', 'alphanumeric', 'hexadecimal', 'nanoid', 'numeric'],
  system: ['commonFileName', 'directoryPath', 'fileExt', 'fileName', 'filePath', 'mimeType', 'semver'],
  vehicle: ['bicycle', 'color', 'fuel', 'manufacturer', 'model', 'type', 'vehicle', 'vin', 'vrm'],
  word: ['adjective', 'adverb', 'noun', 'verb', 'words'],
};

export const WORDS: readonly string[] = Object.entries(FUNCTIONS).flatMap(([module, names]) => names.map((name) => `${module}.${name}`));

/** More than any of them has answered in a million calls. */
export const LONGEST_BYTES = 700;
/** Of the slower ones. */
const WORDS_US = 5;

export const fake = defineKind({
  name: 'fake',
  summary: "Faker's words: person.fullName, company.name, location.city and others; a hundred times slower than a number.",
  example: '{ fake: person.fullName }',
  parameters: z.strictObject({
    fake: z
      .string()
      .refine((path) => WORDS.includes(path), { error: ({ input }) => unknownWord(String(input)), abort: true })
      .describe('A function of https://fakerjs.dev/api, of those that src/scenarios/custom.md lists.'),
  }),
  make: ({ fake: path }) => ({ field: fakeField(path), bytes: LONGEST_BYTES, costUs: WORDS_US }),
});

/** What is asked for first, and what there is in its place. */
const INSTEAD: Readonly<Record<string, string>> = {
  'internet.email': 'internet.exampleEmail',
  'internet.userName': 'internet.username',
  'name.fullName': 'person.fullName',
  'address.city': 'location.city',
};

function unknownWord(path: string): string {
  const shown = JSON.stringify(path.length > 40 ? `${path.slice(0, 40)}…` : path);
  const near = Object.hasOwn(INSTEAD, path) ? INSTEAD[path] : nearest(path, WORDS);
  if (near !== undefined) return `is no word of faker's that can be drawn: ${shown}: did you mean '${near}'?`;
  const [module = ''] = path.split('.');
  const names = Object.hasOwn(FUNCTIONS, module) ? FUNCTIONS[module] : undefined;
  if (names !== undefined) return `is no word of faker's that can be drawn: ${shown} (of ${module}: ${names.join(', ')})`;
  return `is no word of faker's that can be drawn: ${shown} (allowed: person.fullName and others of ${Object.keys(FUNCTIONS).join(', ')})`;
}
