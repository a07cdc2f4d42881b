/** Two projects: `unit` needs nothing but Node; `live` starts real Temporal servers and real processes. */
const shared = {
  testEnvironment: 'node',
  // faker is an ES module: it is transformed like our own code.
  transform: {
    '^.+\\.[tj]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!@faker-js/faker/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

module.exports = {
  maxWorkers: '100%',
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/**/*.test.ts'], testPathIgnorePatterns: ['\\.live\\.test\\.ts$'] },
    { ...shared, displayName: 'live', testMatch: ['<rootDir>/test/**/*.live.test.ts'] },
  ],
};
