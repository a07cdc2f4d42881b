export * from '../../workflows/durations';
