#ifndef CPROCESSGUARD_H
#define CPROCESSGUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* argv of a guard: its path, this marker, the child's directory (empty: ours), the child's own argv. Its fd 0 is the
 * control socket, 1 and 2 are the child's. Any binary that links this file turns into a guard when started so. */
const char *scr_guard_marker(void);

/* What the guard tells on the control socket. */
enum scr_guard_event {
  SCR_GUARD_STARTED = 1,         /* value: the child's pid, which is also its process group */
  SCR_GUARD_NO_DIRECTORY = 2,    /* value: errno of chdir */
  SCR_GUARD_NOT_EXECUTED = 3,    /* value: errno of exec */
  SCR_GUARD_EXITED = 4,          /* value: exit code; everything the child started is gone too */
  SCR_GUARD_SIGNALLED = 5,       /* value: signal; likewise */
};

struct scr_guard_record {
  int32_t event;
  int32_t value;
};

/* What the guard is told on the control socket, a byte each. A hang-up means the same as SCR_GUARD_KILL. */
enum scr_guard_command {
  SCR_GUARD_TERMINATE = 'T',
  SCR_GUARD_KILL = 'K',
};

/* Both ends are closed on exec. 0, or -1 with errno. */
int scr_pipe(int ends[2]);
int scr_control_pair(int ends[2]);

/* Lets a guard begin: hands it the read end of the child's stdin. 0, or -1 with errno. */
int scr_control_send_go(int control, int input);
/* Waits for the go. The descriptor, or -1. */
int scr_control_receive_go(int control);
/* Whole or not at all; a peer that is gone is no error for a sender that is about to see the hang-up anyway. */
void scr_control_send(int control, const void *bytes, size_t count);

/* A descriptor that becomes readable when the process has ended (pidfd; a kqueue on macOS), or -1 with errno. */
int scr_process_handle(pid_t pid);
/* Takes the zombie away if nobody did so before. */
void scr_process_reap(pid_t pid, int handle);

/* Signals the process that the handle was made for, and no other that got its number since. 0, or -1 with errno. */
int scr_process_signal(pid_t pid, int handle, int number);

/* What tells one process from the next that gets its number. */
struct scr_process_facts {
  pid_t parent;
  uid_t owner;
  uint64_t start; /* counted from boot; the unit is the system's */
  char name[32];  /* of the program, cut */
};

/* 0, or -1 if there is no such process, a zombie included. */
int scr_process_look(pid_t pid, struct scr_process_facts *facts);
/* Fills `pids` with the processes that can be seen and gives their number, at most `capacity`. */
int scr_process_list(pid_t *pids, int capacity);
/* Finds a variable in the environment that the process began with, as far as we may read it. True if its value begins
 * with one of `count` texts. */
bool scr_process_has_mark(pid_t pid, const char *name, const char *const values[], int count);
/* Another text after every boot of the machine. 0, or -1. */
int scr_boot_identity(char *text, size_t capacity);

/* Readiness of many descriptors, level-triggered: epoll, or kqueue on macOS. */
enum scr_poller_interest {
  SCR_POLLER_READ = 1,
  SCR_POLLER_WRITE = 2,
};

int scr_poller_create(void);
/* 0, or -1 with errno. */
int scr_poller_watch(int poller, int descriptor, enum scr_poller_interest interest, uint64_t token);
void scr_poller_forget(int poller, int descriptor, enum scr_poller_interest interest);
/* Fills `tokens` with those that are ready and gives their number; 0 after `timeout_ms` (-1: none) or a signal. */
int scr_poller_wait(int poller, uint64_t *tokens, int capacity, int timeout_ms);

/* Lets another process of this user write no file beyond `bytes` (RLIMIT_FSIZE, soft; UINT64_MAX: no limit). 0, or -1
 * with errno; ENOSYS where a process can only limit itself. */
int scr_process_limit_file_size(pid_t pid, uint64_t bytes);

#endif
