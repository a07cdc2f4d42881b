/** Two projects: `unit` needs nothing but Node; `live` starts real Temporal servers and real processes. */
const shared = {
  testEnvironment: 'node',
  // faker and tab are ES modules: they are transformed like our own code.
  transform: {
    '^.+\\.m?[tj]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@faker-js/faker/|@bomb.sh/tab/)'],
  // What is loaded when it is first used (`await import('./writer.js')`) is named as Node will find it.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': ['$1.js', '$1.ts'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

module.exports = {
  maxWorkers: '100%',
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['\\.live\\.test\\.ts$'] },
    { ...shared, displayName: 'live', testMatch: ['<rootDir>/test/**/*.live.test.ts'] },
  ],
};
