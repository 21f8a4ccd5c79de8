#ifndef C_FAULT_VFS_H
#define C_FAULT_VFS_H

#include <stdint.h>

/// A disk that fails as it is told, beneath SQLite: a shim over the system's file layer that becomes the process's default
/// when the first disk is made. Only files below a disk's folder are touched by it; all others go straight through, so
/// tests may run side by side.
///
/// Each disk knows what of its files is synced and what is not, so that a loss of power can be played.
typedef struct scr_fault_disk scr_fault_disk;

enum {
  SCR_FAULT_OPEN = 1,
  SCR_FAULT_READ = 2,
  SCR_FAULT_WRITE = 4,
  SCR_FAULT_SYNC = 8,
  SCR_FAULT_TRUNCATE = 16,
  SCR_FAULT_DELETE = 32,
};

typedef enum {
  /// Nothing is done, the code is returned.
  SCR_FAULT_FAIL,
  /// As SCR_FAULT_FAIL, but only for writes that would make the file longer: a full disk.
  SCR_FAULT_FAIL_GROWTH,
  /// A write does its first `bytes` bytes, then the code is returned.
  SCR_FAULT_SHORT,
  /// A sync fails, and what it should have written is gone for good, whatever later syncs say.
  SCR_FAULT_LOSE,
  /// A write does its first `bytes` bytes, in whole sectors; from then on nothing works, until the power is back.
  SCR_FAULT_POWER_LOSS,
  /// A read gets one bit of the byte at `bytes` of the file turned over, where it covers it.
  SCR_FAULT_FLIP,
  /// `call` runs first, for as long as it likes, and then the operation as usual.
  SCR_FAULT_CALL,
} scr_fault_effect;

typedef struct {
  /// Of SCR_FAULT_OPEN and so on, one or several.
  uint32_t operations;
  /// How the file's name ends; NULL for every file.
  const char *suffix;
  /// So many operations that fit pass unharmed first.
  int64_t skip;
  /// So many are harmed then; negative for all.
  int64_t count;
  scr_fault_effect effect;
  /// An SQLite result code.
  int code;
  int64_t bytes;
  void (*call)(void *context);
  void *context;
} scr_fault_rule;

typedef enum {
  /// Only what was synced is there.
  SCR_FAULT_KEEP_SYNCED,
  /// Everything is there: the process ended, the machine did not.
  SCR_FAULT_KEEP_ALL,
  /// Of what was not synced some writes are there, some are not, and some are torn at a sector.
  SCR_FAULT_KEEP_SOME,
} scr_fault_kept;

/// - Parameter folder: absolute, as SQLite spells the names of files in it.
/// - Returns: NULL where the shim cannot be installed.
scr_fault_disk *scr_fault_disk_make(const char *folder);
/// Call when no file of it is open.
void scr_fault_disk_free(scr_fault_disk *disk);

void scr_fault_disk_add(scr_fault_disk *disk, const scr_fault_rule *rule);
/// Takes all rules away; a disk without power stays so.
void scr_fault_disk_clear(scr_fault_disk *disk);
/// Files can be opened for reading only, and none be made.
void scr_fault_disk_set_read_only(scr_fault_disk *disk, int is_read_only);
/// How many writes, syncs, truncations and deletions were asked for.
int64_t scr_fault_disk_changes(scr_fault_disk *disk);
int scr_fault_disk_has_power(scr_fault_disk *disk);

/// Brings the files to what a machine finds after the power was away, and the power back. Takes all rules away.
/// Call when no file of it is open.
/// - Parameter seed: of SCR_FAULT_KEEP_SOME's choices.
/// - Returns: 0, or the errno of what could not be put in place.
int scr_fault_disk_restart(scr_fault_disk *disk, scr_fault_kept kept, uint64_t seed);

#endif
