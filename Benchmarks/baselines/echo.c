// The floor of any JSON-RPC server on two pipes: read what is there, find each line's id, answer with fixed text, write once per read.
// It parses nothing else and checks nothing; a real server is measured as a fraction of it.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":";
static const char tail[] =
    ",\"result\":{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"42\"}],"
    "\"structuredContent\":{\"result\":42},\"isError\":false}}\n";

enum { input_size = 1 << 17, longest_answer = sizeof head + sizeof tail + 20, shortest_line = 16 };

static char input[input_size];
static char output[(input_size / shortest_line) * longest_answer];

static void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(1, bytes, count);
    if (written < 0) exit(1);
    bytes += written;
    count -= (size_t)written;
  }
}

static size_t answer(const char *line, size_t length, char *to) {
  const char *id = memmem(line, length, "\"id\":", 5);
  if (!id || length < shortest_line) return 0;
  id += 5;
  size_t digits = 0;
  while (digits < 20 && id + digits < line + length && id[digits] >= '0' && id[digits] <= '9') digits++;
  char *end = mempcpy(to, head, sizeof head - 1);
  end = mempcpy(end, id, digits);
  end = mempcpy(end, tail, sizeof tail - 1);
  return (size_t)(end - to);
}

int main(void) {
  size_t held = 0;
  for (;;) {
    ssize_t count = read(0, input + held, sizeof input - held);
    if (count <= 0) return count == 0 ? 0 : 1;
    held += (size_t)count;
    char *line = input, *end = input + held, *newline;
    size_t filled = 0;
    while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
      filled += answer(line, (size_t)(newline - line), output + filled);
      line = newline + 1;
    }
    held = (size_t)(end - line);
    if (held == sizeof input) return 1;
    memmove(input, line, held);
    write_all(output, filled);
  }
}
