/**
 * Where companies are: regions of Europe with the names that companies and people have there. Coordinates of town centres, to a kilometre or so.
 * Lists of our own: faker would cost every process 0.15 s and 30 MB, and know nothing of the region.
 */

export interface Region {
  readonly name: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly legalForms: readonly string[];
  /** What a haulier calls its trade. */
  readonly trades: readonly string[];
  readonly givenNames: readonly string[];
  readonly surnames: readonly string[];
  /** Inland, so that a circle of 60 km around them is land. */
  readonly towns: readonly { readonly name: string; readonly lat: number; readonly lon: number }[];
}

/** By country: common ones, in no order. */
const NAMES = {
  DE: {
    given: ['Anna', 'Lena', 'Sabine', 'Petra', 'Julia', 'Thomas', 'Michael', 'Stefan', 'Jens', 'Markus', 'Uwe', 'Frank'],
    sur: [
      'Müller',
      'Schmidt',
      'Huber',
      'Wagner',
      'Becker',
      'Hofmann',
      'Krüger',
      'Lang',
      'Vogel',
      'Seidel',
      'Brandt',
      'Pohl',
      'Winkler',
      'Kaiser',
    ],
  },
  FR: {
    given: ['Camille', 'Nathalie', 'Sophie', 'Claire', 'Isabelle', 'Julien', 'Nicolas', 'Laurent', 'Thierry', 'Olivier', 'Pascal', 'Marc'],
    sur: [
      'Martin',
      'Bernard',
      'Dubois',
      'Morel',
      'Girard',
      'Fontaine',
      'Roussel',
      'Gauthier',
      'Perrin',
      'Chevalier',
      'Marchand',
      'Blanchard',
    ],
  },
  IT: {
    given: ['Giulia', 'Francesca', 'Chiara', 'Elena', 'Paola', 'Marco', 'Luca', 'Andrea', 'Matteo', 'Davide', 'Stefano', 'Paolo'],
    sur: ['Rossi', 'Ferrari', 'Colombo', 'Bianchi', 'Fontana', 'Galli', 'Riva', 'Villa', 'Moretti', 'Gatti', 'Barbieri', 'Sala'],
  },
  GB: {
    given: ['Emma', 'Sarah', 'Karen', 'Priya', 'Louise', 'James', 'Daniel', 'Mark', 'Gary', 'Imran', 'Lee', 'Stephen'],
    sur: ['Smith', 'Taylor', 'Walker', 'Patel', 'Hughes', 'Baker', 'Khan', 'Foster', 'Webb', 'Barnes', 'Hartley', 'Dawson'],
  },
  PL: {
    given: ['Anna', 'Katarzyna', 'Agnieszka', 'Ewa', 'Magda', 'Piotr', 'Tomasz', 'Marcin', 'Krzysztof', 'Jan', 'Adam', 'Rafał'],
    sur: ['Nowak', 'Kowalczyk', 'Wójcik', 'Mazur', 'Krawczyk', 'Zając', 'Pawlak', 'Walczak', 'Baran', 'Sikora', 'Duda', 'Lis'],
  },
  ES: {
    given: ['Lucía', 'Carmen', 'Ana', 'Elena', 'Pilar', 'Javier', 'Carlos', 'Diego', 'Sergio', 'Alberto', 'Pablo', 'Luis'],
    sur: ['García', 'Fernández', 'Martín', 'Alonso', 'Gutiérrez', 'Blanco', 'Herrero', 'Cuesta', 'Pascual', 'Merino', 'Prieto', 'Santos'],
  },
  NL: {
    given: ['Sanne', 'Eva', 'Marieke', 'Anouk', 'Ingrid', 'Jan', 'Pieter', 'Bas', 'Wouter', 'Kees', 'Dirk', 'Ruben'],
    sur: ['Jansen', 'Bakker', 'Visser', 'Smit', 'Mulder', 'Bos', 'Vos', 'Peters', 'Dekker', 'Brouwer', 'Kuiper', 'Postma'],
  },
} as const;

export const REGIONS: readonly Region[] = [
  {
    name: 'Bavaria',
    country: 'DE',
    givenNames: NAMES.DE.given,
    surnames: NAMES.DE.sur,
    legalForms: ['GmbH', 'GmbH & Co. KG', 'AG', 'e.K.'],
    trades: ['Spedition', 'Logistik', 'Transporte'],
    towns: [
      { name: 'Munich', lat: 48.14, lon: 11.58 },
      { name: 'Nuremberg', lat: 49.45, lon: 11.08 },
      { name: 'Augsburg', lat: 48.37, lon: 10.9 },
      { name: 'Regensburg', lat: 49.02, lon: 12.1 },
    ],
  },
  {
    name: 'North Rhine-Westphalia',
    country: 'DE',
    givenNames: NAMES.DE.given,
    surnames: NAMES.DE.sur,
    legalForms: ['GmbH', 'GmbH & Co. KG', 'KG'],
    trades: ['Spedition', 'Logistik', 'Kurierdienst'],
    towns: [
      { name: 'Dortmund', lat: 51.51, lon: 7.47 },
      { name: 'Cologne', lat: 50.94, lon: 6.96 },
      { name: 'Bielefeld', lat: 52.02, lon: 8.53 },
    ],
  },
  {
    name: 'Auvergne-Rhône-Alpes',
    country: 'FR',
    givenNames: NAMES.FR.given,
    surnames: NAMES.FR.sur,
    legalForms: ['SARL', 'SAS', 'SA'],
    trades: ['Transports', 'Logistique', 'Messagerie'],
    towns: [
      { name: 'Lyon', lat: 45.76, lon: 4.84 },
      { name: 'Clermont-Ferrand', lat: 45.78, lon: 3.08 },
      { name: 'Saint-Étienne', lat: 45.44, lon: 4.39 },
    ],
  },
  {
    name: 'Lombardy',
    country: 'IT',
    givenNames: NAMES.IT.given,
    surnames: NAMES.IT.sur,
    legalForms: ['S.r.l.', 'S.p.A.', 'S.n.c.'],
    trades: ['Autotrasporti', 'Logistica', 'Trasporti'],
    towns: [
      { name: 'Milan', lat: 45.46, lon: 9.19 },
      { name: 'Brescia', lat: 45.54, lon: 10.22 },
      { name: 'Pavia', lat: 45.19, lon: 9.16 },
    ],
  },
  {
    name: 'Midlands',
    country: 'GB',
    givenNames: NAMES.GB.given,
    surnames: NAMES.GB.sur,
    legalForms: ['Ltd', 'LLP', 'plc'],
    trades: ['Haulage', 'Logistics', 'Couriers'],
    towns: [
      { name: 'Birmingham', lat: 52.48, lon: -1.9 },
      { name: 'Coventry', lat: 52.41, lon: -1.51 },
      { name: 'Leicester', lat: 52.64, lon: -1.13 },
    ],
  },
  {
    name: 'Mazovia',
    country: 'PL',
    givenNames: NAMES.PL.given,
    surnames: NAMES.PL.sur,
    legalForms: ['sp. z o.o.', 'S.A.', 'sp.j.'],
    trades: ['Transport', 'Logistyka', 'Spedycja'],
    towns: [
      { name: 'Warsaw', lat: 52.23, lon: 21.01 },
      { name: 'Radom', lat: 51.4, lon: 21.15 },
      { name: 'Płock', lat: 52.55, lon: 19.71 },
    ],
  },
  {
    name: 'Castile and León',
    country: 'ES',
    givenNames: NAMES.ES.given,
    surnames: NAMES.ES.sur,
    legalForms: ['S.L.', 'S.A.', 'S. Coop.'],
    trades: ['Transportes', 'Logística', 'Mensajería'],
    towns: [
      { name: 'Valladolid', lat: 41.65, lon: -4.73 },
      { name: 'Burgos', lat: 42.34, lon: -3.7 },
      { name: 'Salamanca', lat: 40.97, lon: -5.66 },
    ],
  },
  {
    name: 'Utrecht and Gelderland',
    country: 'NL',
    givenNames: NAMES.NL.given,
    surnames: NAMES.NL.sur,
    legalForms: ['B.V.', 'N.V.', 'V.O.F.'],
    trades: ['Transport', 'Logistiek', 'Expeditie'],
    towns: [
      { name: 'Arnhem', lat: 51.98, lon: 5.9 },
      { name: 'Apeldoorn', lat: 52.21, lon: 5.97 },
      { name: 'Amersfoort', lat: 52.16, lon: 5.39 },
    ],
  },
];
