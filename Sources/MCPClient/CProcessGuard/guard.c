#ifdef __linux__
#define _GNU_SOURCE
#include <sys/prctl.h>
#endif
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

const char *scr_guard_marker(void) { return "--scr-process-guard"; }

static volatile sig_atomic_t child_changed, asked_to_terminate;

static void on_child(int signal) {
  (void)signal;
  child_changed = 1;
}

static void on_terminate(int signal) {
  (void)signal;
  asked_to_terminate = 1;
}

/* Whoever spawned us may have ignored or blocked anything (a Swift task blocks most signals), and the child would inherit
 * that. From here on the guard hears of signals only while it waits. */
static void take_signals(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
  action.sa_handler = on_child;
  sigaction(SIGCHLD, &action, NULL);
  action.sa_handler = on_terminate;
  sigaction(SIGTERM, &action, NULL);
}

/* The child alone may hold its pipes: their end has to be seen as soon as the child closes them. */
static void let_go_of_streams(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int stream = 0; stream <= 2; stream++) {
    if (null >= 0) dup2(null, stream);
    else close(stream);
  }
  if (null > 2) close(null);
}

static void tell(int control, int32_t event, int32_t value) {
  struct scr_guard_record record = {event, value};
  scr_control_send(control, &record, sizeof record);
}

/* Reaps what was re-parented to us and has ended. True once the child itself has; it stays a zombie for guard_sweep. */
static bool child_has_ended(pid_t child) {
  for (;;) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return false;
    if (info.si_pid == child) return true;
    waitpid(info.si_pid, NULL, 0);
  }
}

/* False when everything has to go. */
static bool obey(int control, pid_t child) {
  char command;
  ssize_t count = recv(control, &command, 1, 0);
  if (count < 0) return errno == EINTR;
  if (count == 0 || command == SCR_GUARD_KILL) return false;
  if (command == SCR_GUARD_TERMINATE) kill(-child, SIGTERM);
  return true;
}

/* Returns when the child has ended, the parent is gone, or the parent wants an end. The hang-up of the control socket
 * tells of a parent that died before we could open its pidfd; the pidfd of one whose copy, made by a fork without exec,
 * still holds the socket. */
static void stand_guard(int control, pid_t child) {
  int parent = scr_process_handle(getppid());
  sigset_t waiting;
  sigfillset(&waiting);
  sigdelset(&waiting, SIGCHLD);
  sigdelset(&waiting, SIGTERM);
  for (;;) {
    if (child_changed) {
      child_changed = 0;
      if (child_has_ended(child)) return;
    }
    if (asked_to_terminate) {
      asked_to_terminate = 0;
      kill(-child, SIGTERM);
    }
    fd_set ready;
    FD_ZERO(&ready);
    FD_SET(control, &ready);
    if (parent >= 0) FD_SET(parent, &ready);
    int highest = parent > control ? parent : control;
    if (pselect(highest + 1, &ready, NULL, NULL, NULL, &waiting) <= 0) continue;
    if (parent >= 0 && FD_ISSET(parent, &ready)) return;
    if (FD_ISSET(control, &ready) && !obey(control, child)) return;
  }
}

static int guard(const char *directory, char *const command[]) {
  take_signals();
  int control = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  int input = scr_control_receive_go(control);
  if (input < 0) return 2;
#ifdef __linux__
  prctl(PR_SET_NAME, "scr-guard");
  /* Daemonised grandchildren become our children then, not those of init. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  struct scr_guard_record failure;
  pid_t child = guard_start(directory, command, input, &failure);
  if (child < 0) {
    tell(control, failure.event, failure.value);
    return 127;
  }
  let_go_of_streams();
  tell(control, SCR_GUARD_STARTED, child);
  stand_guard(control, child);
  int status = guard_sweep(child);
  if (WIFSIGNALED(status)) tell(control, SCR_GUARD_SIGNALLED, WTERMSIG(status));
  else tell(control, SCR_GUARD_EXITED, WEXITSTATUS(status));
  return 0;
}

/* Before main, so that nothing of Swift runs in a guard. */
__attribute__((constructor)) static void become_guard_if_asked(int argc, char **argv) {
  if (argc > 3 && strcmp(argv[1], scr_guard_marker()) == 0) _exit(guard(argv[2], argv + 3));
}
