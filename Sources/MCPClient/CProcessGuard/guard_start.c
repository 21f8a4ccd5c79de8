#ifdef __linux__
#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Never returns: the program runs, or `errors` carries why not. */
static void become_child(
    pid_t guard, const char *directory, char *const command[], int input, int errors) {
  struct scr_guard_record failure = {SCR_GUARD_NO_DIRECTORY, 0};
  setpgid(0, 0);
#ifdef __linux__
  /* Should the guard itself be killed. It has one thread, so this cannot fire early; it may have died already, though. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != guard) _exit(127);
#else
  (void)guard;
#endif
  dup2(input, STDIN_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (directory[0] == '\0' || chdir(directory) == 0) {
    failure.event = SCR_GUARD_NOT_EXECUTED;
    execvp(command[0], command);
  }
  failure.value = errno;
  (void)!write(errors, &failure, sizeof failure);
  _exit(127);
}

/* Foundation leaves the descriptor by which it watches us, without the flag. */
static void close_rest_on_exec(void) {
#if defined(__linux__) && defined(SYS_close_range)
  const unsigned close_range_cloexec = 1u << 2;
  if (syscall(SYS_close_range, 3u, ~0u, close_range_cloexec) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  for (int descriptor = 3; descriptor < limit; descriptor++) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

pid_t guard_start(const char *directory, char *const command[], int input, struct scr_guard_record *failure) {
  int errors[2];
  *failure = (struct scr_guard_record){SCR_GUARD_NOT_EXECUTED, 0};
  if (scr_pipe(errors) != 0) {
    failure->value = errno;
    return -1;
  }
  close_rest_on_exec();
  pid_t guard = getpid();
  pid_t child = fork();
  if (child == 0) become_child(guard, directory, command, input, errors[1]);
  int cause = errno;
  close(errors[1]);
  close(input);
  if (child < 0) {
    failure->value = cause;
    close(errors[0]);
    return -1;
  }
  /* Both sides do it, so that the group exists whoever comes first. */
  setpgid(child, child);
  ssize_t count;
  do count = read(errors[0], failure, sizeof *failure);
  while (count < 0 && errno == EINTR);
  close(errors[0]);
  if (count != (ssize_t)sizeof *failure) return child;
  waitpid(child, NULL, 0);
  return -1;
}
