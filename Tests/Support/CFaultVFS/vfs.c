#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "disk.h"

static sqlite3_vfs *base = NULL;
static sqlite3_vfs shim;

typedef struct {
  sqlite3_file head;
  scr_fault_disk *disk;
  const char *path;
  int deletes;
  /// The first sync of a journal or log makes the names in its directory safe, too.
  int syncs_names;
  /// Follows this struct.
  sqlite3_file *real;
} shim_file;

#define REAL(file) (((shim_file *)(file))->real)
#define PASS(method, file, ...) (REAL(file)->pMethods->method(REAL(file), ##__VA_ARGS__))

static int is_dead(sqlite3_file *file) { return !scr_fault_disk_has_power(((shim_file *)file)->disk); }

static int meet(sqlite3_file *file, uint32_t operation, int growth, scr_fault_rule *rule) {
  shim_file *own = (shim_file *)file;
  if (!scr_disk_meet(own->disk, operation, own->path, growth, rule)) return 0;
  if (rule->effect != SCR_FAULT_CALL) return 1;
  rule->call(rule->context);
  return 0;
}

static void cut_power(scr_fault_disk *disk) {
  pthread_mutex_lock(&disk->lock);
  disk->has_power = 0;
  pthread_mutex_unlock(&disk->lock);
}

static int shim_close(sqlite3_file *file) {
  shim_file *own = (shim_file *)file;
  int code = PASS(xClose, file);
  if (own->deletes) {
    pthread_mutex_lock(&own->disk->lock);
    scr_file_delete(scr_disk_file(own->disk, own->path));
    pthread_mutex_unlock(&own->disk->lock);
  }
  return code;
}

static int shim_read(sqlite3_file *file, void *bytes, int amount, sqlite3_int64 offset) {
  if (is_dead(file)) return SQLITE_IOERR_READ;
  scr_fault_rule rule;
  int met = meet(file, SCR_FAULT_READ, 0, &rule);
  if (met && rule.effect == SCR_FAULT_FAIL) return rule.code;
  int code = PASS(xRead, file, bytes, amount, offset);
  if (met && rule.effect == SCR_FAULT_FLIP && rule.bytes >= offset && rule.bytes < offset + amount)
    ((unsigned char *)bytes)[rule.bytes - offset] ^= 4;
  return code;
}

static int write_through(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 offset) {
  if (amount <= 0) return SQLITE_OK;
  shim_file *own = (shim_file *)file;
  pthread_mutex_lock(&own->disk->lock);
  int code = PASS(xWrite, file, bytes, amount, offset);
  if (code == SQLITE_OK)
    scr_file_write(scr_disk_file(own->disk, own->path), offset, bytes, (size_t)amount);
  pthread_mutex_unlock(&own->disk->lock);
  return code;
}

/// A disk writes a sector whole or not at all, so a write is torn between two of them.
static int torn(sqlite3_int64 offset, int amount, sqlite3_int64 wanted) {
  const sqlite3_int64 sector = 512;
  if (wanted >= amount) return amount;
  sqlite3_int64 end = (offset + wanted) / sector * sector;
  return end > offset ? (int)(end - offset) : 0;
}

static int shim_write(sqlite3_file *file, const void *bytes, int amount, sqlite3_int64 offset) {
  if (is_dead(file)) return SQLITE_IOERR_WRITE;
  if (((shim_file *)file)->disk->is_read_only) return SQLITE_IOERR_WRITE;
  sqlite3_int64 size = 0;
  PASS(xFileSize, file, &size);
  scr_fault_rule rule;
  if (!meet(file, SCR_FAULT_WRITE, offset + amount > size, &rule))
    return write_through(file, bytes, amount, offset);
  int part = rule.bytes < amount ? (int)rule.bytes : amount;
  switch (rule.effect) {
    case SCR_FAULT_SHORT:
      write_through(file, bytes, part, offset);
      return rule.code;
    case SCR_FAULT_POWER_LOSS:
      write_through(file, bytes, torn(offset, amount, rule.bytes), offset);
      cut_power(((shim_file *)file)->disk);
      return SQLITE_OK;
    default:
      return rule.code;
  }
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size) {
  shim_file *own = (shim_file *)file;
  if (is_dead(file) || own->disk->is_read_only) return SQLITE_IOERR_TRUNCATE;
  scr_fault_rule rule;
  if (meet(file, SCR_FAULT_TRUNCATE, 0, &rule)) {
    if (rule.effect != SCR_FAULT_POWER_LOSS) return rule.code;
    cut_power(own->disk);
    return SQLITE_IOERR_TRUNCATE;
  }
  pthread_mutex_lock(&own->disk->lock);
  int code = PASS(xTruncate, file, size);
  if (code == SQLITE_OK) scr_file_truncate(scr_disk_file(own->disk, own->path), size);
  pthread_mutex_unlock(&own->disk->lock);
  return code;
}

/// The real disk is not waited for: what counts is what this one remembers.
static int shim_sync(sqlite3_file *file, int flags) {
  (void)flags;
  shim_file *own = (shim_file *)file;
  if (is_dead(file)) return SQLITE_IOERR_FSYNC;
  scr_fault_rule rule;
  int met = meet(file, SCR_FAULT_SYNC, 0, &rule);
  if (met && rule.effect == SCR_FAULT_POWER_LOSS) {
    cut_power(own->disk);
    return SQLITE_IOERR_FSYNC;
  }
  pthread_mutex_lock(&own->disk->lock);
  scr_fault_file *state = scr_disk_file(own->disk, own->path);
  if (!met) {
    scr_file_sync(state);
    if (own->syncs_names) scr_disk_sync_names(own->disk);
    own->syncs_names = 0;
  } else if (rule.effect == SCR_FAULT_LOSE) scr_file_lose(state);
  pthread_mutex_unlock(&own->disk->lock);
  return met ? rule.code : SQLITE_OK;
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size) {
  return is_dead(file) ? SQLITE_IOERR_FSTAT : PASS(xFileSize, file, size);
}

static int shim_lock(sqlite3_file *file, int level) {
  return is_dead(file) ? SQLITE_IOERR_LOCK : PASS(xLock, file, level);
}

static int shim_unlock(sqlite3_file *file, int level) { return PASS(xUnlock, file, level); }
static int shim_reserved(sqlite3_file *file, int *result) { return PASS(xCheckReservedLock, file, result); }
static int shim_control(sqlite3_file *file, int operation, void *argument) {
  return PASS(xFileControl, file, operation, argument);
}
static int shim_sector(sqlite3_file *file) { return PASS(xSectorSize, file); }
static int shim_traits(sqlite3_file *file) { return PASS(xDeviceCharacteristics, file); }

static int shim_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
  if (is_dead(file)) return SQLITE_IOERR_SHMMAP;
  return PASS(xShmMap, file, page, size, extend, memory);
}
static int shim_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  return PASS(xShmLock, file, offset, count, flags);
}
static void shim_barrier(sqlite3_file *file) { PASS(xShmBarrier, file); }
static int shim_unmap(sqlite3_file *file, int deletes) { return PASS(xShmUnmap, file, deletes); }

/// Version 2 has no memory maps of the database's file: nothing goes past the shim.
static const sqlite3_io_methods methods = {
    2,           shim_close,   shim_read,   shim_write,    shim_truncate, shim_sync,   shim_size,
    shim_lock,   shim_unlock,  shim_reserved, shim_control, shim_sector,  shim_traits, shim_map,
    shim_shm_lock, shim_barrier, shim_unmap, 0,            0,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
  (void)vfs;
  scr_fault_disk *disk = scr_disk_of(name);
  if (!disk) return base->xOpen(base, name, file, flags, out_flags);
  file->pMethods = NULL;
  if (!scr_fault_disk_has_power(disk)) return SQLITE_CANTOPEN;
  scr_fault_rule rule;
  if (scr_disk_meet(disk, SCR_FAULT_OPEN, name, 0, &rule)) {
    if (rule.effect != SCR_FAULT_CALL) return rule.code;
    rule.call(rule.context);
  }
  if (disk->is_read_only && flags & SQLITE_OPEN_READWRITE)
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  shim_file *own = (shim_file *)file;
  memset(own, 0, sizeof *own);
  own->disk = disk;
  own->path = name;
  own->deletes = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  own->syncs_names = flags & SQLITE_OPEN_CREATE
      && flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL);
  own->real = (sqlite3_file *)(own + 1);
  // Before the system makes the file, so that one that was never synced is known not to have been there.
  pthread_mutex_lock(&disk->lock);
  scr_disk_file(disk, name);
  pthread_mutex_unlock(&disk->lock);
  int code = base->xOpen(base, name, own->real, flags, out_flags);
  file->pMethods = own->real->pMethods ? &methods : NULL;
  return code;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int syncs) {
  (void)vfs;
  scr_fault_disk *disk = scr_disk_of(name);
  if (!disk) return base->xDelete(base, name, syncs);
  if (!scr_fault_disk_has_power(disk) || disk->is_read_only) return SQLITE_IOERR_DELETE;
  scr_fault_rule rule;
  if (scr_disk_meet(disk, SCR_FAULT_DELETE, name, 0, &rule)) {
    if (rule.effect == SCR_FAULT_POWER_LOSS) cut_power(disk);
    if (rule.effect != SCR_FAULT_CALL) return SQLITE_IOERR_DELETE;
    rule.call(rule.context);
  }
  pthread_mutex_lock(&disk->lock);
  scr_fault_file *state = scr_disk_file(disk, name);
  int code = base->xDelete(base, name, syncs);
  if (code == SQLITE_OK) {
    scr_file_delete(state);
    if (syncs) {
      scr_file_sync(state);
      state->exists = 0;
    }
  }
  pthread_mutex_unlock(&disk->lock);
  return code;
}

static int install(void) {
  base = sqlite3_vfs_find(NULL);
  if (!base) return 1;
  // Everything but opening and deleting is the system's own; its functions are handed this copy and use its data.
  shim = *base;
  shim.zName = "scr-faults";
  shim.pNext = NULL;
  shim.szOsFile = (int)sizeof(shim_file) + base->szOsFile;
  shim.xOpen = shim_open;
  shim.xDelete = shim_delete;
  return sqlite3_vfs_register(&shim, 1) == SQLITE_OK ? 0 : 1;
}

/// Called under the lock of all disks.
int scr_install_fault_vfs(void) {
  static int outcome = -1;
  if (outcome < 0) outcome = install();
  return outcome;
}
