#!/bin/sh
# How often each type of event is there: of the newest tutoring job, or of the file, folder or job that is named.
exec "$(dirname "$0")/../evergen" distribution "$@"
