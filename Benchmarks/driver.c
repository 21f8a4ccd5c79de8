// Drives one MCP server over stdio (modern era) and measures it. Every answer's id and result are checked; a wrong, missing or
// repeated answer ends the run with status 1 and a message, so that no figure comes from a server that did not do the work.
//
//   driver pipelined|single|memory --tool NAME --arguments JSON --expect TEXT [--calls N] [--window N] [--log FILE] -- COMMAND…
//   driver start [--runs N] [--log FILE] -- COMMAND…
//
// Prints one JSON object: pipelined {callsPerSecond}, single {p50us, p99us}, memory {residentKiB}, start {medianMs, bestMs}.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { patience_ms = 60000, warm_up = 200, largest_request = 4096 };

static const char *tool, *arguments, *expected, *log_file;
static long calls = 10000, window = 256, runs = 10;
static char **command;

struct child {
  pid_t pid;
  int in, out;
};

static struct child server;

static _Noreturn void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fprintf(stderr, "driver: %s: ", command ? command[0] : "");
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  va_end(values);
  if (server.pid > 0) kill(server.pid, SIGKILL);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}


static void start(void) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) fail("pipe: %s", strerror(errno));
  server.pid = fork();
  if (server.pid < 0) fail("fork: %s", strerror(errno));
  if (server.pid == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    if (log_file) {
      int log = open(log_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
      if (log >= 0) dup2(log, 2);
    }
    signal(SIGPIPE, SIG_DFL);
    execvp(command[0], command);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  server.in = in[1];
  server.out = out[0];
  fcntl(server.in, F_SETFL, O_NONBLOCK);
  fcntl(server.out, F_SETFL, O_NONBLOCK);
}

static void stop(void) {
  close(server.in);
  char rest[4096];
  for (;;) {
    struct pollfd wait = {server.out, POLLIN, 0};
    if (poll(&wait, 1, patience_ms) <= 0) fail("does not end after its input ended");
    if (read(server.out, rest, sizeof rest) <= 0) break;
  }
  close(server.out);
  int status;
  if (waitpid(server.pid, &status, 0) != server.pid) fail("waitpid: %s", strerror(errno));
  server.pid = 0;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("ended with wait status %d", status);
}

static void await(short events) {
  struct pollfd wait[2] = {{server.out, POLLIN, 0}, {server.in, events & POLLOUT, 0}};
  int ready = poll(wait, events & POLLOUT ? 2 : 1, patience_ms);
  if (ready < 0 && errno != EINTR) fail("poll: %s", strerror(errno));
  if (ready == 0) fail("no answer within %d s", patience_ms / 1000);
}


#define META                                                                                                     \
  "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","                                       \
  "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"driver\",\"version\":\"1\"},"                              \
  "\"io.modelcontextprotocol/clientCapabilities\":{}}"

static char prefix[] = "{\"jsonrpc\":\"2.0\",\"id\":", *suffix;
static size_t suffix_length;

static void prepare_call(void) {
  const char *format = ",\"method\":\"tools/call\",\"params\":{\"name\":\"%s\",\"arguments\":%s," META "}}\n";
  int length = asprintf(&suffix, format, tool, arguments);
  if (length < 0 || length > largest_request - 64) fail("the request is too long");
  suffix_length = (size_t)length;
}

static void prepare_discover(void) {
  suffix = ",\"method\":\"server/discover\",\"params\":{" META "}}\n";
  suffix_length = strlen(suffix);
}

static char *append_request(char *to, uint64_t id) {
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + id % 10);
  while ((id /= 10));
  to = mempcpy(to, prefix, sizeof prefix - 1);
  while (count) *to++ = digits[--count];
  return mempcpy(to, suffix, suffix_length);
}

static uint64_t id_of(const char *line, size_t length) {
  const char *id = memmem(line, length, "\"id\":", 5);
  if (!id) fail("an answer without id: %.*s", (int)length, line);
  return strtoull(id + 5, NULL, 10);
}

static void check_result(const char *line, size_t length) {
  if (!memmem(line, length, "\"result\"", 8) || memmem(line, length, "\"isError\":true", 14) ||
      (expected && !memmem(line, length, expected, strlen(expected))))
    fail("a wrong answer: %.*s", (int)length, line);
}


static char buffer[1 << 20];

static void exchange(uint64_t id) {
  char request[largest_request], *at = request, *end = append_request(request, id);
  while (at < end) {
    ssize_t count = write(server.in, at, (size_t)(end - at));
    if (count > 0) at += count;
    else if (errno == EAGAIN) await(POLLOUT);
    else fail("write: %s", strerror(errno));
  }
  size_t held = 0;
  for (;;) {
    ssize_t count = read(server.out, buffer + held, sizeof buffer - held);
    if (count < 0 && errno == EAGAIN) {
      await(0);
      continue;
    }
    if (count <= 0) fail("closed its output instead of answering %lu", (unsigned long)id);
    held += (size_t)count;
    if (buffer[held - 1] == '\n') break;
    if (held == sizeof buffer) fail("an answer above 1 MiB");
  }
  if (id_of(buffer, held) != id) fail("an answer to another request: %.*s", (int)held, buffer);
  check_result(buffer, held);
}


// Sends `count` calls with at most `window` in flight and returns the seconds until the last answer.
static double run_pipelined(uint64_t first_id, long count) {
  static char outgoing[1 << 20];
  unsigned char *answered = calloc((size_t)count, 1);
  size_t unsent = 0, sent = 0, held = 0;
  long asked = 0, done = 0;
  double began = now();
  while (done < count) {
    if (sent == unsent) sent = unsent = 0;
    while (asked < count && asked - done < window && unsent + largest_request < sizeof outgoing) {
      unsent = (size_t)(append_request(outgoing + unsent, first_id + (uint64_t)asked) - outgoing);
      asked++;
    }
    if (sent < unsent) {
      ssize_t written = write(server.in, outgoing + sent, unsent - sent);
      if (written > 0) sent += (size_t)written;
      else if (errno != EAGAIN) fail("write: %s", strerror(errno));
    }
    ssize_t got = read(server.out, buffer + held, sizeof buffer - held);
    if (got < 0 && errno == EAGAIN) {
      await(sent < unsent ? POLLOUT : 0);
      continue;
    }
    if (got <= 0) fail("closed its output with %ld calls unanswered", asked - done);
    held += (size_t)got;
    char *line = buffer, *end = buffer + held, *newline;
    while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
      size_t length = (size_t)(newline - line);
      uint64_t at = id_of(line, length) - first_id;
      if (at >= (uint64_t)asked || answered[at]++) fail("an answer nobody waits for: %.*s", (int)length, line);
      check_result(line, length);
      done++;
      line = newline + 1;
    }
    held = (size_t)(end - line);
    memmove(buffer, line, held);
  }
  free(answered);
  return now() - began;
}


static void measure_pipelined(void) {
  start();
  run_pipelined(1, warm_up);
  printf("{\"callsPerSecond\":%.0f}\n", (double)calls / run_pipelined(warm_up + 1, calls));
  stop();
}

static void measure_single(void) {
  double *times = malloc(sizeof(double) * (size_t)calls);
  start();
  for (long i = 0; i < warm_up; i++) exchange((uint64_t)i + 1);
  for (long i = 0; i < calls; i++) {
    double began = now();
    exchange((uint64_t)(warm_up + i) + 1);
    times[i] = (now() - began) * 1e6;
  }
  stop();
  qsort(times, (size_t)calls, sizeof(double), ascending);
  printf("{\"p50us\":%.1f,\"p99us\":%.1f}\n", times[calls / 2], times[calls * 99 / 100]);
}

static void measure_memory(void) {
  start();
  run_pipelined(1, calls);
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", server.pid);
  FILE *status = fopen(path, "r");
  long resident = 0;
  while (status && fgets(line, sizeof line, status)) sscanf(line, "VmRSS: %ld", &resident);
  if (!resident) fail("no VmRSS in %s", path);
  fclose(status);
  stop();
  printf("{\"residentKiB\":%ld}\n", resident);
}

static void measure_start(void) {
  double *times = malloc(sizeof(double) * (size_t)runs);
  for (long i = 0; i < runs; i++) {
    double began = now();
    start();
    exchange(1);
    times[i] = (now() - began) * 1e3;
    stop();
  }
  qsort(times, (size_t)runs, sizeof(double), ascending);
  printf("{\"medianMs\":%.2f,\"bestMs\":%.2f}\n", times[runs / 2], times[0]);
}

int main(int count, char **words) {
  int at = 2;
  for (; at < count && strcmp(words[at], "--"); at += 2) {
    const char *name = words[at], *value = at + 1 < count ? words[at + 1] : "";
    if (!strcmp(name, "--tool")) tool = value;
    else if (!strcmp(name, "--arguments")) arguments = value;
    else if (!strcmp(name, "--expect")) expected = value;
    else if (!strcmp(name, "--log")) log_file = value;
    else if (!strcmp(name, "--calls")) calls = atol(value);
    else if (!strcmp(name, "--window")) window = atol(value);
    else if (!strcmp(name, "--runs")) runs = atol(value);
    else fail("unknown option %s", name);
  }
  if (at + 1 >= count || calls < 1 || window < 1 || runs < 1) fail("usage: see the top of driver.c");
  command = words + at + 1;
  signal(SIGPIPE, SIG_IGN);
  const char *mode = words[1];
  if (!strcmp(mode, "start")) {
    prepare_discover();
    measure_start();
    return 0;
  }
  if (!tool || !arguments) fail("--tool and --arguments are needed");
  prepare_call();
  if (!strcmp(mode, "pipelined")) measure_pipelined();
  else if (!strcmp(mode, "single")) measure_single();
  else if (!strcmp(mode, "memory")) measure_memory();
  else fail("unknown measurement %s", mode);
  return 0;
}
