#include "guard.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__

static pid_t parent_of(const char *pid) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  int stat = open(path, O_RDONLY | O_CLOEXEC);
  if (stat < 0) return -1;
  ssize_t count = read(stat, line, sizeof line - 1);
  close(stat);
  if (count <= 0) return -1;
  line[count] = '\0';
  /* The name in parentheses may hold anything, parentheses included; "S ppid" follows the last of them. */
  const char *end = strrchr(line, ')');
  return end != NULL && strlen(end) > 4 ? (pid_t)atol(end + 4) : -1;
}

/* Those that left the group with setsid or setpgid. A child of ours keeps its pid until we reap it, so none but it
 * can be hit. */
static void kill_own_children(void) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return;
  pid_t self = getpid();
  for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
    if (isdigit((unsigned char)entry->d_name[0]) && parent_of(entry->d_name) == self)
      kill((pid_t)atol(entry->d_name), SIGKILL);
  }
  closedir(processes);
}

#else

/* Without a subreaper nothing is re-parented to us: the child is all we have, and its group was killed. */
static void kill_own_children(void) {}

#endif

int guard_sweep(pid_t child) {
  int status = 0, one;
  kill(-child, SIGKILL);
  for (;;) {
    pid_t pid = waitpid(-1, &one, WNOHANG);
    if (pid == 0) {
      /* Each death may hand us the children of the dead, so look again after every one. */
      kill_own_children();
      pid = waitpid(-1, &one, 0);
    }
    if (pid == child) status = one;
    if (pid < 0 && errno == ECHILD) return status;
  }
}
