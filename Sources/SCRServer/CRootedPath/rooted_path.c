#define _GNU_SOURCE
#include "CRootedPath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// openat2 gives EAGAIN when a rename raced with "..": it could not prove that the path stayed inside.
static const int attempts = 16;

static int flags_of(enum crooted_access access) {
  switch (access) {
  case CROOTED_HANDLE: return O_CLOEXEC | O_PATH;
  case CROOTED_READ: return O_CLOEXEC | O_RDONLY | O_NONBLOCK | O_NOCTTY;
  case CROOTED_DIRECTORY: return O_CLOEXEC | O_RDONLY | O_DIRECTORY;
  }
  return O_CLOEXEC | O_PATH;
}

int crooted_open_beneath(int directory, const char *path, enum crooted_access access) {
  struct open_how how;
  memset(&how, 0, sizeof how);
  how.flags = (uint64_t)flags_of(access);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  int descriptor = -1;
  for (int attempt = 0; attempt < attempts; attempt++) {
    descriptor = (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
    if (descriptor >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return descriptor;
}

int crooted_open_component(int directory, const char *name, enum crooted_access access) {
  int descriptor;
  do {
    descriptor = openat(directory, name, flags_of(access) | O_NOFOLLOW);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor >= 0 && access == CROOTED_HANDLE) {
    // With O_PATH a link is opened itself instead of being refused.
    struct stat found;
    if (fstat(descriptor, &found) == 0 && S_ISLNK(found.st_mode)) {
      close(descriptor);
      errno = ELOOP;
      return -1;
    }
  }
  return descriptor;
}

int crooted_open_root(const char *path) { return open(path, flags_of(CROOTED_DIRECTORY)); }

int crooted_create(int directory, const char *name, uint32_t mode) {
  return openat(directory, name, O_CLOEXEC | O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, (mode_t)mode);
}

static int64_t milliseconds(struct statx_timestamp time) { return time.tv_sec * 1000 + time.tv_nsec / 1000000; }

int crooted_stat(int directory, const char *name, struct crooted_info *info) {
  struct statx found;
  int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name == 0 ? AT_EMPTY_PATH : 0);
  if (statx(directory, name, flags, STATX_BASIC_STATS | STATX_BTIME, &found) != 0) return -1;
  info->mode = found.stx_mode;
  info->owner = found.stx_uid;
  info->group = found.stx_gid;
  info->size = (int64_t)found.stx_size;
  info->device = ((uint64_t)found.stx_dev_major << 32) | found.stx_dev_minor;
  info->inode = found.stx_ino;
  info->created = (found.stx_mask & STATX_BTIME) ? milliseconds(found.stx_btime) : INT64_MIN;
  info->modified = milliseconds(found.stx_mtime);
  info->accessed = milliseconds(found.stx_atime);
  return 0;
}
