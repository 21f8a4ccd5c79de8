#ifdef __linux__
#define _GNU_SOURCE
#include <sys/epoll.h>
#include <sys/syscall.h>
#else
#include <sys/event.h>
#include <sys/time.h>
#endif
#include "CProcessGuard.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { batch = 64 };

#ifdef __linux__

int scr_process_handle(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

void scr_process_reap(pid_t pid, int handle) {
  (void)pid;
  siginfo_t info;
  /* P_PIDFD, which older headers lack. Not by pid: that may belong to another child of ours by now. */
  waitid((idtype_t)3, (id_t)handle, &info, WEXITED | WNOHANG);
}

/* 424 is pidfd_send_signal, which older headers lack. */
int scr_process_signal(pid_t pid, int handle, int number) {
  (void)pid;
  return (int)syscall(424, handle, number, NULL, 0);
}

int scr_poller_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int scr_poller_watch(int poller, int descriptor, enum scr_poller_interest interest, uint64_t token) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = interest == SCR_POLLER_READ ? EPOLLIN : EPOLLOUT;
  event.data.u64 = token;
  return epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
}

void scr_poller_forget(int poller, int descriptor, enum scr_poller_interest interest) {
  (void)interest;
  epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, NULL);
}

int scr_poller_wait(int poller, uint64_t *tokens, int capacity, int timeout_ms) {
  struct epoll_event events[batch];
  int count = epoll_wait(poller, events, capacity < batch ? capacity : batch, timeout_ms);
  for (int index = 0; index < count; index++) tokens[index] = events[index].data.u64;
  return count > 0 ? count : 0;
}

#else

int scr_process_handle(pid_t pid) {
  int queue = kqueue();
  struct kevent change;
  EV_SET(&change, pid, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, NULL);
  if (queue >= 0 && kevent(queue, &change, 1, NULL, 0, NULL) < 0) {
    close(queue);
    return -1;
  }
  return queue;
}

void scr_process_reap(pid_t pid, int handle) {
  (void)handle;
  waitpid(pid, NULL, WNOHANG);
}

int scr_process_signal(pid_t pid, int handle, int number) {
  (void)handle;
  return kill(pid, number);
}

int scr_poller_create(void) { return kqueue(); }

static int change(int poller, int descriptor, enum scr_poller_interest interest, int flags, uint64_t token) {
  struct kevent change;
  EV_SET(&change, descriptor, interest == SCR_POLLER_READ ? EVFILT_READ : EVFILT_WRITE, flags, 0, 0, (void *)token);
  return kevent(poller, &change, 1, NULL, 0, NULL);
}

int scr_poller_watch(int poller, int descriptor, enum scr_poller_interest interest, uint64_t token) {
  return change(poller, descriptor, interest, EV_ADD, token);
}

void scr_poller_forget(int poller, int descriptor, enum scr_poller_interest interest) {
  change(poller, descriptor, interest, EV_DELETE, 0);
}

int scr_poller_wait(int poller, uint64_t *tokens, int capacity, int timeout_ms) {
  struct kevent events[batch];
  struct timespec limit = {timeout_ms / 1000, (timeout_ms % 1000) * 1000000L};
  int count = kevent(poller, NULL, 0, events, capacity < batch ? capacity : batch, timeout_ms < 0 ? NULL : &limit);
  for (int index = 0; index < count; index++) tokens[index] = (uint64_t)events[index].udata;
  return count > 0 ? count : 0;
}

#endif
