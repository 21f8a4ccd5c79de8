#ifdef __linux__
#define _GNU_SOURCE
#endif

#include "CLocalSocket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

int scr_local_socket(void) {
#ifdef __linux__
  return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
#else
  int made = socket(AF_UNIX, SOCK_STREAM, 0);
  if (made >= 0) fcntl(made, F_SETFD, FD_CLOEXEC);
  return made;
#endif
}

int scr_local_accept(int listener) {
#ifdef __linux__
  return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
#else
  int taken = accept(listener, NULL, NULL);
  if (taken >= 0) {
    fcntl(taken, F_SETFD, FD_CLOEXEC);
    fcntl(taken, F_SETFL, O_NONBLOCK);
  }
  return taken;
#endif
}

int scr_local_peer(int descriptor, unsigned int *uid, int *pid) {
#ifdef __linux__
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  *uid = peer.uid;
  *pid = peer.pid;
#else
  uid_t user;
  gid_t group;
  if (getpeereid(descriptor, &user, &group) != 0) return -1;
  *uid = user;
  *pid = 0;
#endif
  return 0;
}

int scr_local_pipe(int ends[2]) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC | O_NONBLOCK);
#else
  if (pipe(ends) != 0) return -1;
  for (int end = 0; end < 2; end++) {
    fcntl(ends[end], F_SETFD, FD_CLOEXEC);
    fcntl(ends[end], F_SETFL, O_NONBLOCK);
  }
  return 0;
#endif
}
