#include "library.h"
#include "CCurl.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __linux__
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#endif

#undef curl_multi_setopt

#define READY_AT_ONCE 64

// With epoll a turn costs as much as has happened. Asking libcurl for everything, as where there is none, costs as much as is open.
typedef struct {
  CURLM *multi;
#ifdef __linux__
  int poller;
  int bell;
  int64_t due_us; // when libcurl wants to be called, whatever its sockets do; -1 for never
  int ready_count;
  struct epoll_event ready[READY_AT_ONCE];
#endif
} curl_loop;

CURLM *scr_curl_loop_multi(void *loop) { return ((curl_loop *)loop)->multi; }

void *scr_curl_loop_ended(void *loop, int *result) {
  int left;
  CURLMsg *message;
  while ((message = scr_curl.multi_info_read(scr_curl_loop_multi(loop), &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = (int)message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

static CURLM *new_multi(long most_connections, long idle_connections) {
  CURLM *multi = scr_curl.multi_init();
  if (!multi) return NULL;
  scr_curl.multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, most_connections);
  scr_curl.multi_setopt(multi, CURLMOPT_MAXCONNECTS, idle_connections);
  scr_curl.multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
  return multi;
}

#ifdef __linux__

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int on_socket(CURL *transfer, curl_socket_t socket, int what, void *context, void *mark) {
  (void)transfer, (void)mark;
  curl_loop *loop = context;
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(loop->poller, EPOLL_CTL_DEL, socket, NULL);
    return 0;
  }
  struct epoll_event wanted = {.data.fd = socket};
  if (what & CURL_POLL_IN) wanted.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) wanted.events |= EPOLLOUT;
  if (epoll_ctl(loop->poller, EPOLL_CTL_MOD, socket, &wanted) != 0 && errno == ENOENT)
    return epoll_ctl(loop->poller, EPOLL_CTL_ADD, socket, &wanted);
  return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context) {
  (void)multi;
  ((curl_loop *)context)->due_us = timeout_ms < 0 ? -1 : now_us() + timeout_ms * 1000;
  return 0;
}

static int listen_to_bell(curl_loop *loop) {
  struct epoll_event wanted = {.events = EPOLLIN, .data.fd = loop->bell};
  return epoll_ctl(loop->poller, EPOLL_CTL_ADD, loop->bell, &wanted);
}

void *scr_curl_loop_new(long most_connections, long idle_connections) {
  curl_loop *loop = calloc(1, sizeof *loop);
  if (!loop) return NULL;
  loop->due_us = -1;
  loop->poller = epoll_create1(EPOLL_CLOEXEC);
  loop->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  loop->multi = new_multi(most_connections, idle_connections);
  if (!loop->multi || loop->poller < 0 || loop->bell < 0 || listen_to_bell(loop) != 0) {
    scr_curl_loop_free(loop);
    return NULL;
  }
  scr_curl.multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  scr_curl.multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
  scr_curl.multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  scr_curl.multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
  return loop;
}

void scr_curl_loop_free(void *context) {
  curl_loop *loop = context;
  if (loop->multi) scr_curl.multi_cleanup(loop->multi);
  if (loop->poller >= 0) close(loop->poller);
  if (loop->bell >= 0) close(loop->bell);
  free(loop);
}

void scr_curl_loop_perform(void *context) {
  curl_loop *loop = context;
  int running;
  for (int i = 0; i < loop->ready_count; i++) {
    struct epoll_event *event = &loop->ready[i];
    if (event->data.fd == loop->bell) {
      uint64_t rings;
      (void)!read(loop->bell, &rings, sizeof rings);
      continue;
    }
    // What is wrong with a socket shows itself, by its own name, to whoever reads or writes.
    int is_broken = event->events & (EPOLLERR | EPOLLHUP);
    int what = (event->events & EPOLLIN || is_broken ? CURL_CSELECT_IN : 0)
             | (event->events & EPOLLOUT || is_broken ? CURL_CSELECT_OUT : 0);
    scr_curl.multi_socket_action(loop->multi, event->data.fd, what, &running);
  }
  loop->ready_count = 0;
  if (loop->due_us < 0 || loop->due_us > now_us()) return;
  loop->due_us = -1;
  scr_curl.multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

void scr_curl_loop_poll(void *context, int timeout_ms) {
  curl_loop *loop = context;
  if (loop->due_us >= 0) {
    int64_t left_ms = (loop->due_us - now_us() + 999) / 1000;
    if (left_ms < timeout_ms) timeout_ms = left_ms > 0 ? (int)left_ms : 0;
  }
  int count = epoll_wait(loop->poller, loop->ready, READY_AT_ONCE, timeout_ms);
  loop->ready_count = count > 0 ? count : 0;
}

void scr_curl_loop_wake(void *context) {
  uint64_t ring = 1;
  (void)!write(((curl_loop *)context)->bell, &ring, sizeof ring);
}

#else

void *scr_curl_loop_new(long most_connections, long idle_connections) {
  curl_loop *loop = calloc(1, sizeof *loop);
  if (!loop) return NULL;
  loop->multi = new_multi(most_connections, idle_connections);
  if (loop->multi) return loop;
  free(loop);
  return NULL;
}

void scr_curl_loop_free(void *loop) {
  scr_curl.multi_cleanup(scr_curl_loop_multi(loop));
  free(loop);
}

void scr_curl_loop_perform(void *loop) {
  int running;
  scr_curl.multi_perform(scr_curl_loop_multi(loop), &running);
}

void scr_curl_loop_poll(void *loop, int timeout_ms) {
  scr_curl.multi_poll(scr_curl_loop_multi(loop), NULL, 0, timeout_ms, NULL);
}
void scr_curl_loop_wake(void *loop) { scr_curl.multi_wakeup(scr_curl_loop_multi(loop)); }

#endif
