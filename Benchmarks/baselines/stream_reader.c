// The floor for reading a model's stream: libcurl, and a search for the tokens in what it gives. Nothing is parsed or kept.
//
//   stream_reader URL STREAMS    prints {tokens, cpuUs, p50us, p99us}: per token, and from the server's write to the reader
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char mark[] = "\"content\":\" ";
static double *times;
static size_t tokens, room;

static long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static double cpu_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

// A token that the end of a piece cuts in two is left out; there are few.
static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
  (void)context;
  const char *rest = bytes, *end = bytes + size * count, *found;
  while ((found = memmem(rest, (size_t)(end - rest), mark, sizeof mark - 1)) && found + sizeof mark + 19 <= end) {
    rest = found + sizeof mark - 1;
    if (tokens == room) {
      room = room ? room * 2 : 4096;
      times = realloc(times, room * sizeof *times);
      if (!times) exit(1);
    }
    times[tokens++] = (now_ns() - atoll(rest)) / 1e3;
  }
  return size * count;
}

static int compare(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

int main(int count, char **words) {
  if (count != 3) return fprintf(stderr, "usage: stream_reader URL STREAMS\n"), 2;
  int streams = atoi(words[2]), running = streams;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  for (int i = 0; i < streams; i++) {
    CURL *transfer = curl_easy_init();
    curl_easy_setopt(transfer, CURLOPT_URL, words[1]);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, on_body);
    curl_multi_add_handle(multi, transfer);
  }
  double begin = cpu_us();
  while (running) {
    curl_multi_perform(multi, &running);
    if (running) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  double cpu = cpu_us() - begin;
  if (tokens == 0) return fprintf(stderr, "stream_reader: no token came\n"), 1;
  qsort(times, tokens, sizeof *times, compare);
  printf("{\"tokens\":%zu,\"cpuUs\":%.3f,\"p50us\":%.1f,\"p99us\":%.1f}\n", tokens, cpu / tokens, times[tokens / 2], times[tokens * 99 / 100]);
}
