#ifndef C_FAULT_DISK_H
#define C_FAULT_DISK_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "include/CFaultVFS.h"

typedef enum { CHANGE_WRITE, CHANGE_TRUNCATE, CHANGE_DELETE } scr_change_kind;

/// Something that was done to a file and not yet synced.
typedef struct scr_change {
  struct scr_change *next;
  scr_change_kind kind;
  int64_t offset;
  size_t length;
  uint8_t *bytes;
} scr_change;

/// A file as the platter has it, and what lies in the cache above it.
typedef struct scr_fault_file {
  struct scr_fault_file *next;
  char *path;
  int exists;
  uint8_t *bytes;
  size_t length;
  scr_change *first;
  scr_change *last;
} scr_fault_file;

struct scr_fault_disk {
  scr_fault_disk *next;
  char *folder;
  pthread_mutex_t lock;
  scr_fault_rule rules[16];
  int rule_count;
  int is_read_only;
  int has_power;
  int64_t changes;
  scr_fault_file *files;
};

/// The disk that a path lies on, or NULL.
scr_fault_disk *scr_disk_of(const char *path);

/// The file, loaded from the real one at its first use. Call with the lock held, as the functions below.
scr_fault_file *scr_disk_file(scr_fault_disk *disk, const char *path);
void scr_file_write(scr_fault_file *file, int64_t offset, const void *bytes, size_t length);
void scr_file_truncate(scr_fault_file *file, int64_t length);
void scr_file_delete(scr_fault_file *file);
void scr_file_sync(scr_fault_file *file);
/// Makes all deletions so far safe: a sync of the directory.
void scr_disk_sync_names(scr_fault_disk *disk);
/// Forgets what was not synced, as a system does whose sync failed.
void scr_file_lose(scr_fault_file *file);

/// The rule that an operation meets, if any. Takes the lock. `growth` tells whether the operation makes the file longer.
/// - Returns: 1 where `found` was filled in.
int scr_disk_meet(scr_fault_disk *disk, uint32_t operation, const char *path, int growth, scr_fault_rule *found);

#endif
