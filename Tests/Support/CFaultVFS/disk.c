#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

static void apply(scr_fault_file *file, const scr_change *change, size_t length) {
  switch (change->kind) {
    case CHANGE_WRITE: {
      size_t end = (size_t)change->offset + length;
      if (end > file->length) {
        file->bytes = realloc(file->bytes, end);
        memset(file->bytes + file->length, 0, end - file->length);
        file->length = end;
      }
      memcpy(file->bytes + change->offset, change->bytes, length);
      file->exists = 1;
      break;
    }
    case CHANGE_TRUNCATE:
      if ((size_t)change->offset > file->length) {
        file->bytes = realloc(file->bytes, (size_t)change->offset);
        memset(file->bytes + file->length, 0, (size_t)change->offset - file->length);
      }
      file->length = (size_t)change->offset;
      break;
    case CHANGE_DELETE:
      file->exists = 0;
      file->length = 0;
      break;
  }
}

static void forget(scr_fault_file *file) {
  for (scr_change *change = file->first; change;) {
    scr_change *next = change->next;
    free(change->bytes);
    free(change);
    change = next;
  }
  file->first = file->last = NULL;
}

static scr_change *append(scr_fault_file *file, scr_change_kind kind, int64_t offset) {
  scr_change *change = calloc(1, sizeof *change);
  change->kind = kind;
  change->offset = offset;
  if (file->last) file->last->next = change; else file->first = change;
  file->last = change;
  return change;
}

void scr_file_write(scr_fault_file *file, int64_t offset, const void *bytes, size_t length) {
  if (length == 0) return;
  scr_change *change = append(file, CHANGE_WRITE, offset);
  change->length = length;
  change->bytes = malloc(length);
  memcpy(change->bytes, bytes, length);
}

void scr_file_truncate(scr_fault_file *file, int64_t length) { append(file, CHANGE_TRUNCATE, length); }

void scr_file_delete(scr_fault_file *file) { append(file, CHANGE_DELETE, 0); }

void scr_file_sync(scr_fault_file *file) {
  file->exists = 1;
  for (scr_change *change = file->first; change; change = change->next) apply(file, change, change->length);
  forget(file);
}

void scr_disk_sync_names(scr_fault_disk *disk) {
  for (scr_fault_file *file = disk->files; file; file = file->next) {
    int deletions = 0;
    for (scr_change *change = file->first; change; change = change->next)
      if (change->kind == CHANGE_DELETE) deletions++;
    while (deletions > 0) {
      scr_change *change = file->first;
      apply(file, change, change->length);
      if (change->kind == CHANGE_DELETE) deletions--;
      file->first = change->next;
      if (!file->first) file->last = NULL;
      free(change->bytes);
      free(change);
    }
  }
}

void scr_file_lose(scr_fault_file *file) { forget(file); }

static void load(scr_fault_file *file) {
  int descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  struct stat status;
  if (fstat(descriptor, &status) == 0) {
    file->exists = 1;
    file->bytes = malloc((size_t)status.st_size + 1);
    while (file->length < (size_t)status.st_size) {
      ssize_t count = pread(descriptor, file->bytes + file->length, (size_t)status.st_size - file->length,
                            (off_t)file->length);
      if (count <= 0) break;
      file->length += (size_t)count;
    }
  }
  close(descriptor);
}

scr_fault_file *scr_disk_file(scr_fault_disk *disk, const char *path) {
  for (scr_fault_file *file = disk->files; file; file = file->next)
    if (strcmp(file->path, path) == 0) return file;
  scr_fault_file *file = calloc(1, sizeof *file);
  file->path = strdup(path);
  load(file);
  file->next = disk->files;
  disk->files = file;
  return file;
}

static int put(const scr_fault_file *file) {
  if (!file->exists) return unlink(file->path) == 0 || errno == ENOENT ? 0 : errno;
  int descriptor = open(file->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno;
  size_t done = 0;
  int code = 0;
  while (done < file->length && code == 0) {
    ssize_t count = pwrite(descriptor, file->bytes + done, file->length - done, (off_t)done);
    if (count < 0) code = errno; else done += (size_t)count;
  }
  close(descriptor);
  return code;
}

static uint64_t next_choice(uint64_t *seed) {
  *seed ^= *seed << 13;
  *seed ^= *seed >> 7;
  *seed ^= *seed << 17;
  return *seed;
}

static void keep_some(scr_fault_file *file, uint64_t *seed) {
  for (scr_change *change = file->first; change; change = change->next) {
    uint64_t choice = next_choice(seed) >> 16;
    if (choice % 2 == 0) continue;
    size_t length = change->length;
    if (choice % 8 == 1 && length > SECTOR) length = (choice >> 8) % (length / SECTOR) * SECTOR;
    apply(file, change, length);
  }
  forget(file);
}

static void forget_files(scr_fault_disk *disk) {
  for (scr_fault_file *file = disk->files; file;) {
    scr_fault_file *next = file->next;
    forget(file);
    free(file->bytes);
    free(file->path);
    free(file);
    file = next;
  }
  disk->files = NULL;
}

static void forget_rules(scr_fault_disk *disk) {
  for (int number = 0; number < disk->rule_count; number++) free((void *)disk->rules[number].suffix);
  disk->rule_count = 0;
}

int scr_fault_disk_restart(scr_fault_disk *disk, scr_fault_kept kept, uint64_t seed) {
  pthread_mutex_lock(&disk->lock);
  int code = 0;
  uint64_t choices = seed * 0x9E3779B97F4A7C15ULL + 1;
  // Where only the process ended, the cache still has everything, and what is not synced stays so.
  for (scr_fault_file *file = disk->files; file && kept != SCR_FAULT_KEEP_ALL; file = file->next) {
    if (kept == SCR_FAULT_KEEP_SOME) keep_some(file, &choices);
    int failed = put(file);
    if (code == 0) code = failed;
  }
  if (kept != SCR_FAULT_KEEP_ALL) forget_files(disk);
  forget_rules(disk);
  disk->has_power = 1;
  pthread_mutex_unlock(&disk->lock);
  return code;
}

static pthread_mutex_t disks_lock = PTHREAD_MUTEX_INITIALIZER;
static scr_fault_disk *disks = NULL;

scr_fault_disk *scr_disk_of(const char *path) {
  if (!path) return NULL;
  pthread_mutex_lock(&disks_lock);
  scr_fault_disk *disk = disks;
  for (; disk; disk = disk->next) {
    size_t length = strlen(disk->folder);
    if (strncmp(path, disk->folder, length) == 0 && path[length] == '/') break;
  }
  pthread_mutex_unlock(&disks_lock);
  return disk;
}

int scr_install_fault_vfs(void);

scr_fault_disk *scr_fault_disk_make(const char *folder) {
  pthread_mutex_lock(&disks_lock);
  scr_fault_disk *disk = NULL;
  if (scr_install_fault_vfs() == 0) {
    disk = calloc(1, sizeof *disk);
    disk->folder = strdup(folder);
    disk->has_power = 1;
    pthread_mutex_init(&disk->lock, NULL);
    disk->next = disks;
    disks = disk;
  }
  pthread_mutex_unlock(&disks_lock);
  return disk;
}

void scr_fault_disk_free(scr_fault_disk *disk) {
  pthread_mutex_lock(&disks_lock);
  scr_fault_disk **place = &disks;
  while (*place && *place != disk) place = &(*place)->next;
  if (*place) *place = disk->next;
  pthread_mutex_unlock(&disks_lock);
  scr_fault_disk_clear(disk);
  forget_files(disk);
  pthread_mutex_destroy(&disk->lock);
  free(disk->folder);
  free(disk);
}

void scr_fault_disk_add(scr_fault_disk *disk, const scr_fault_rule *rule) {
  pthread_mutex_lock(&disk->lock);
  if (disk->rule_count < (int)(sizeof disk->rules / sizeof disk->rules[0])) {
    disk->rules[disk->rule_count] = *rule;
    if (rule->suffix) disk->rules[disk->rule_count].suffix = strdup(rule->suffix);
    disk->rule_count++;
  }
  pthread_mutex_unlock(&disk->lock);
}

void scr_fault_disk_clear(scr_fault_disk *disk) {
  pthread_mutex_lock(&disk->lock);
  forget_rules(disk);
  pthread_mutex_unlock(&disk->lock);
}

void scr_fault_disk_set_read_only(scr_fault_disk *disk, int is_read_only) {
  pthread_mutex_lock(&disk->lock);
  disk->is_read_only = is_read_only;
  pthread_mutex_unlock(&disk->lock);
}

int64_t scr_fault_disk_changes(scr_fault_disk *disk) {
  pthread_mutex_lock(&disk->lock);
  int64_t changes = disk->changes;
  pthread_mutex_unlock(&disk->lock);
  return changes;
}

int scr_fault_disk_has_power(scr_fault_disk *disk) {
  pthread_mutex_lock(&disk->lock);
  int has_power = disk->has_power;
  pthread_mutex_unlock(&disk->lock);
  return has_power;
}

static int ends(const char *path, const char *suffix) {
  if (!suffix) return 1;
  size_t length = strlen(path), wanted = strlen(suffix);
  return length >= wanted && strcmp(path + length - wanted, suffix) == 0;
}

int scr_disk_meet(scr_fault_disk *disk, uint32_t operation, const char *path, int growth, scr_fault_rule *found) {
  const uint32_t changing = SCR_FAULT_WRITE | SCR_FAULT_SYNC | SCR_FAULT_TRUNCATE | SCR_FAULT_DELETE;
  int met = 0;
  pthread_mutex_lock(&disk->lock);
  if (operation & changing) disk->changes++;
  for (int number = 0; number < disk->rule_count && !met; number++) {
    scr_fault_rule *rule = &disk->rules[number];
    if (!(rule->operations & operation) || !ends(path, rule->suffix)) continue;
    if (rule->effect == SCR_FAULT_FAIL_GROWTH && !growth) continue;
    if (rule->skip > 0) {
      rule->skip--;
    } else if (rule->count != 0) {
      if (rule->count > 0) rule->count--;
      *found = *rule;
      met = 1;
    }
  }
  pthread_mutex_unlock(&disk->lock);
  return met;
}
