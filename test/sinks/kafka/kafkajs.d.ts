/** kafkajs's own ways of doing what is done faster here: the references. */
declare module 'kafkajs/src/protocol/requests/produce' {
  export function protocol(of: { version: number }): (request: object) => { request: { encode(): Promise<{ buffer: Buffer }> } };
}
declare module 'kafkajs/src/protocol/request' {
  function createRequest(of: { request: object; correlationId: number; clientId: string }): Promise<{ buffer: Buffer }>;
  export = createRequest;
}
declare module 'kafkajs/src/producer/partitioners/default/murmur2' {
  function murmur2(key: Buffer | string): number;
  export = murmur2;
}
