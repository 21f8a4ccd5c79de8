// Streams tokens as a model's vendor does (OpenAI's chat completions, server-sent events in chunks), each with the moment at which it
// was written, so that a reader knows how long it was under way.
//
//   token_server        prints its port and serves until its input ends
//   POST or GET /TOKENS/PAUSE_US/…   answers with TOKENS tokens, one each PAUSE_US microseconds for every stream of that pause, or, for
//                                    a pause of 0, as fast as they are taken
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { most = 2048, request_size = 1 << 16, batch = 64 };

struct stream {
  int socket;
  size_t have;
  char request[request_size];
  long left, pause_us;
  int is_streaming;
  size_t out_size, out_sent;
  char out[batch * 320 + 512];
};

static struct stream *streams[most];
static int poller, ticker;
static long ticking_us;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void add_chunk(struct stream *stream, const char *text, int size) {
  stream->out_size += (size_t)sprintf(stream->out + stream->out_size, "%x\r\n%.*s\r\n", size, size, text);
}

static void add_token(struct stream *stream) {
  char text[300];
  int size = sprintf(
      text,
      "data: {\"id\":\"chatcmpl-9hXk2\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"m-1\","
      "\"system_fingerprint\":\"fp_1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" %019lld\"},\"logprobs\":null,"
      "\"finish_reason\":null}]}\n\n",
      now_ns());
  add_chunk(stream, text, size);
}

static void add_end(struct stream *stream) {
  static const char end[] = "data: {\"id\":\"chatcmpl-9hXk2\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                            "data: [DONE]\n\n";
  add_chunk(stream, end, sizeof end - 1);
  stream->out_size += (size_t)sprintf(stream->out + stream->out_size, "0\r\n\r\n");
  stream->is_streaming = 0;
}

static void watch(struct stream *stream, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = stream->socket};
  epoll_ctl(poller, EPOLL_CTL_MOD, stream->socket, &event);
}

static void drop(struct stream *stream) {
  close(stream->socket);
  streams[stream->socket] = NULL;
  free(stream);
}

// -1 once the stream is gone; 1 if everything was taken.
static int flush(struct stream *stream) {
  while (stream->out_sent < stream->out_size) {
    ssize_t count = send(stream->socket, stream->out + stream->out_sent, stream->out_size - stream->out_sent, MSG_NOSIGNAL);
    if (count > 0) {
      stream->out_sent += (size_t)count;
    } else if (errno == EAGAIN) {
      watch(stream, EPOLLIN | EPOLLOUT);
      return 0;
    } else {
      drop(stream);
      return -1;
    }
  }
  stream->out_sent = stream->out_size = 0;
  return 1;
}

static void run_freely(struct stream *stream) {
  while (stream->is_streaming) {
    for (int i = 0; i < batch && stream->left > 0; i++, stream->left--) add_token(stream);
    if (stream->left == 0) add_end(stream);
    if (flush(stream) != 1) return;
  }
  watch(stream, EPOLLIN);
}

static void tick(void) {
  uint64_t count;
  if (read(ticker, &count, sizeof count) < 0) return;
  for (int i = 0; i < most; i++) {
    struct stream *stream = streams[i];
    if (!stream || !stream->is_streaming || stream->pause_us == 0 || stream->out_size > sizeof stream->out - 1024) continue;
    if (stream->left-- > 0) add_token(stream);
    else add_end(stream);
    flush(stream);
  }
}

static void begin(struct stream *stream) {
  const char *path = strchr(stream->request, '/');
  if (!path || sscanf(path, "/%ld/%ld", &stream->left, &stream->pause_us) != 2) return drop(stream);
  stream->have = 0;
  stream->is_streaming = 1;
  stream->out_size = (size_t)sprintf(
      stream->out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  if (stream->pause_us == 0) return run_freely(stream);
  if (ticking_us != stream->pause_us) {
    ticking_us = stream->pause_us;
    struct timespec pause = {ticking_us / 1000000, ticking_us % 1000000 * 1000};
    struct itimerspec timer = {pause, pause};
    timerfd_settime(ticker, 0, &timer, NULL);
  }
  flush(stream);
}

static void receive(struct stream *stream) {
  ssize_t count = recv(stream->socket, stream->request + stream->have, request_size - 1 - stream->have, 0);
  if (count <= 0) {
    if (count == 0 || errno != EAGAIN) drop(stream);
    return;
  }
  stream->have += (size_t)count;
  stream->request[stream->have] = 0;
  char *end = strstr(stream->request, "\r\n\r\n");
  if (!end) return;
  char *length = strcasestr(stream->request, "content-length:");
  size_t body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
  if (stream->have >= (size_t)(end + 4 - stream->request) + body) begin(stream);
}

static void adopt(int listener) {
  int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (socket < 0 || socket >= most) return;
  int yes = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  streams[socket] = calloc(1, sizeof(struct stream));
  if (!streams[socket]) fail("calloc");
  streams[socket]->socket = socket;
  struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};
  epoll_ctl(poller, EPOLL_CTL_ADD, socket, &event);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files = {4096, 4096};
  setrlimit(RLIMIT_NOFILE, &files);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  poller = epoll_create1(0);
  ticker = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  int watched[] = {0, listener, ticker};
  for (int i = 0; i < 3; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = watched[i]};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, watched[i], &event)) fail("epoll_ctl");
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct epoll_event events[64];
    int count = epoll_wait(poller, events, 64, -1);
    for (int i = 0; i < count; i++) {
      int socket = events[i].data.fd;
      if (socket == 0) return 0;
      if (socket == listener) adopt(listener);
      else if (socket == ticker) tick();
      else if (streams[socket] && events[i].events & EPOLLOUT) {
        if (flush(streams[socket]) == 1 && streams[socket]) {
          if (streams[socket]->pause_us == 0) run_freely(streams[socket]);
          else watch(streams[socket], EPOLLIN);
        }
      } else if (streams[socket]) receive(streams[socket]);
    }
  }
}
