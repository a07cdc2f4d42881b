/** Each sink's layout. */
import type { PartAddress } from '../../src/sinks/sink';
import type { Config } from './config';
import { DiskSite } from './disk-site';
import { FoldersSite } from './folders-site';
import { HttpSite } from './http-site';
import type { Listener, Site } from './site';
import type { Target } from './target';

export function siteOf({ sink }: Config, parts: readonly PartAddress[], listener: Listener, target: Target): Site {
  switch (sink) {
    case 'disk':
      return new DiskSite(parts, listener);
    case 'folders':
      return new FoldersSite(parts, listener);
    case 'http':
      return new HttpSite(parts, listener, target);
  }
}
