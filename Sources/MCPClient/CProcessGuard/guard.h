#ifndef GUARD_H
#define GUARD_H

#include "CProcessGuard.h"

/* Starts the child in a process group of its own. Its pid; or -1, and then `failure` says why. */
pid_t guard_start(const char *directory, char *const command[], int input, struct scr_guard_record *failure);

/* Kills the child's group and whatever else descends from this process, and reaps all of it.
 * The child must not have been reaped before: its zombie keeps the number of the group from being used again.
 * Returns the child's wait status. */
int guard_sweep(pid_t child);

#endif
