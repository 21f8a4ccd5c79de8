#ifdef __linux__
#define _GNU_SOURCE
#include <dirent.h>
#else
#include <libproc.h>
#include <sys/sysctl.h>
#endif
#include "CProcessGuard.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__

/* As much of the file as there is room for, with a zero behind it. Its length, or -1. */
static ssize_t read_all(const char *path, char *text, size_t capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return -1;
  size_t length = 0;
  while (length < capacity - 1) {
    ssize_t count = read(file, text + length, capacity - 1 - length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    length += (size_t)count;
  }
  close(file);
  text[length] = '\0';
  return (ssize_t)length;
}

int scr_process_look(pid_t pid, struct scr_process_facts *facts) {
  char path[64], line[1024];
  snprintf(path, sizeof path, "/proc/%d", (int)pid);
  struct stat status;
  if (stat(path, &status) != 0) return -1;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  if (read_all(path, line, sizeof line) <= 0) return -1;
  /* The name in parentheses may hold anything, parentheses included; field 3 follows the last of them. */
  const char *end = strrchr(line, ')');
  char state;
  int parent;
  unsigned long long start;
  if (end == NULL
      || sscanf(
             end + 1,
             " %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
             &state, &parent, &start)
          != 3)
    return -1;
  if (state == 'Z' || state == 'X') return -1;
  *facts = (struct scr_process_facts){(pid_t)parent, status.st_uid, start, {0}};
  const char *name = strchr(line, '(');
  if (name != NULL && name < end)
    snprintf(facts->name, sizeof facts->name, "%.*s", (int)(end - name - 1), name + 1);
  return 0;
}

int scr_process_list(pid_t *pids, int capacity) {
  DIR *processes = opendir("/proc");
  if (processes == NULL) return 0;
  int count = 0;
  for (struct dirent *entry; count < capacity && (entry = readdir(processes)) != NULL;) {
    if (isdigit((unsigned char)entry->d_name[0])) pids[count++] = (pid_t)atol(entry->d_name);
  }
  closedir(processes);
  return count;
}

/* The kernel takes no more than this for arguments and environment together on common settings. */
enum { environment_limit = 6 << 20, environment_usual = 64 << 10 };

/* The caller frees it. NULL where it cannot be read, as that of another user. */
static char *environment_of(pid_t pid, ssize_t *length) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
  for (size_t capacity = environment_usual;; capacity = environment_limit) {
    char *text = malloc(capacity);
    if (text == NULL) return NULL;
    *length = read_all(path, text, capacity);
    if (*length >= 0 && (*length < (ssize_t)capacity - 1 || capacity == environment_limit)) return text;
    free(text);
    if (*length < 0) return NULL;
  }
}

static bool begins(const char *text, const char *const values[], int count) {
  for (int index = 0; index < count; index++) {
    if (strncmp(text, values[index], strlen(values[index])) == 0) return true;
  }
  return false;
}

bool scr_process_has_mark(pid_t pid, const char *name, const char *const values[], int count) {
  ssize_t length;
  char *text = environment_of(pid, &length);
  if (text == NULL) return false;
  bool found = false;
  size_t name_length = strlen(name);
  for (const char *entry = text; !found && entry < text + length; entry += strlen(entry) + 1) {
    if (strncmp(entry, name, name_length) == 0 && entry[name_length] == '=')
      found = begins(entry + name_length + 1, values, count);
  }
  free(text);
  return found;
}

int scr_boot_identity(char *text, size_t capacity) {
  if (read_all("/proc/sys/kernel/random/boot_id", text, capacity) <= 0) return -1;
  text[strcspn(text, "\n")] = '\0';
  return 0;
}

#else

int scr_process_look(pid_t pid, struct scr_process_facts *facts) {
  struct proc_bsdinfo info;
  if (proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, sizeof info) != (int)sizeof info) return -1;
  uint64_t start = info.pbi_start_tvsec * 1000000 + info.pbi_start_tvusec;
  *facts = (struct scr_process_facts){(pid_t)info.pbi_ppid, info.pbi_uid, start, {0}};
  snprintf(facts->name, sizeof facts->name, "%s", info.pbi_comm);
  return 0;
}

int scr_process_list(pid_t *pids, int capacity) {
  int count = proc_listallpids(pids, capacity * (int)sizeof *pids);
  return count < 0 ? 0 : count;
}

/* Environments of others are not to be had there: what is recorded by number, and its descendants, is all that is found. */
bool scr_process_has_mark(pid_t pid, const char *name, const char *const values[], int count) {
  (void)pid, (void)name, (void)values, (void)count;
  return false;
}

int scr_boot_identity(char *text, size_t capacity) {
  return sysctlbyname("kern.bootsessionuuid", text, &capacity, NULL, 0);
}

#endif
