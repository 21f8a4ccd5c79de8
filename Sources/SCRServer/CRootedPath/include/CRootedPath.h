#ifndef CROOTED_PATH_H
#define CROOTED_PATH_H

#include <stdbool.h>
#include <stdint.h>

/// What is known of a file without opening it.
struct crooted_info {
  /// S_IFMT and permission bits.
  uint32_t mode;
  uint32_t owner;
  uint32_t group;
  int64_t size;
  /// Device and inode: the same file has the same pair.
  uint64_t device;
  uint64_t inode;
  /// Milliseconds since 1970; `created` is INT64_MIN where the file system does not keep it.
  int64_t created;
  int64_t modified;
  int64_t accessed;
};

/// How a file is opened. Every way is O_CLOEXEC and never waits for a fifo or takes a terminal.
enum crooted_access {
  /// A handle for asking and for walking on: opening it touches nothing.
  CROOTED_HANDLE,
  CROOTED_READ,
  CROOTED_DIRECTORY,
};

/// Opens `path` below `directory` by openat2 with RESOLVE_BENEATH and RESOLVE_NO_MAGICLINKS.
/// Returns a descriptor, or -1 with errno: EXDEV where the path leads outside, ENOSYS where the kernel lacks openat2.
int crooted_open_beneath(int directory, const char *path, enum crooted_access access);

/// Opens one component without following it: ELOOP where it is a symbolic link.
int crooted_open_component(int directory, const char *name, enum crooted_access access);

/// Opens any path of the caller's own, links followed. For the root itself.
int crooted_open_root(const char *path);

/// Creates `name`, which must not exist, for writing.
int crooted_create(int directory, const char *name, uint32_t mode);

/// Of `name` in `directory`, links not followed; of `directory` itself where `name` is empty. 0, or -1 with errno.
int crooted_stat(int directory, const char *name, struct crooted_info *info);

#endif
