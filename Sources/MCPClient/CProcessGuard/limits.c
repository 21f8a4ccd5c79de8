#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "CProcessGuard.h"

#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>

#ifdef __linux__

int scr_process_limit_file_size(pid_t pid, uint64_t bytes) {
  struct rlimit limit;
  if (prlimit(pid, RLIMIT_FSIZE, NULL, &limit) != 0) return -1;
  rlim_t wanted = bytes == UINT64_MAX ? RLIM_INFINITY : (rlim_t)bytes;
  /* The hard limit stays as it is, so that the soft one can be lifted again. */
  limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
  return prlimit(pid, RLIMIT_FSIZE, &limit, NULL);
}

#else

int scr_process_limit_file_size(pid_t pid, uint64_t bytes) {
  (void)pid;
  (void)bytes;
  errno = ENOSYS;
  return -1;
}

#endif
