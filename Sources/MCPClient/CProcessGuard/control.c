#ifdef __linux__
#define _GNU_SOURCE
#endif
#include "CProcessGuard.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef MSG_NOSIGNAL
static const int quiet = MSG_NOSIGNAL;
#else
static const int quiet = 0;
#endif

union descriptor_message {
  struct cmsghdr header;
  char space[CMSG_SPACE(sizeof(int))];
};

#ifndef __linux__
static int close_both_on_exec(int outcome, int ends[2]) {
  if (outcome == 0) {
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  }
  return outcome;
}
#endif

int scr_pipe(int ends[2]) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC);
#else
  return close_both_on_exec(pipe(ends), ends);
#endif
}

int scr_control_pair(int ends[2]) {
#ifdef __linux__
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
#else
  return close_both_on_exec(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ends);
#endif
}

/* Foundation passes on nothing but descriptors 0 to 2, and 0 is the control socket: so stdin comes through it. */
int scr_control_send_go(int control, int input) {
  char go = 'G';
  struct iovec bytes = {&go, 1};
  union descriptor_message ancillary;
  memset(&ancillary, 0, sizeof ancillary);
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.space;
  message.msg_controllen = sizeof ancillary.space;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &input, sizeof input);
  return sendmsg(control, &message, quiet) == 1 ? 0 : -1;
}

int scr_control_receive_go(int control) {
  char go = 0;
  struct iovec bytes = {&go, 1};
  union descriptor_message ancillary;
  struct msghdr message;
  memset(&message, 0, sizeof message);
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.space;
  message.msg_controllen = sizeof ancillary.space;
  ssize_t count;
  do count = recvmsg(control, &message, 0);
  while (count < 0 && errno == EINTR);
  struct cmsghdr *header = count == 1 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -1;
  int input;
  memcpy(&input, CMSG_DATA(header), sizeof input);
  return input;
}

void scr_control_send(int control, const void *bytes, size_t count) {
  while (send(control, bytes, count, quiet) < 0 && errno == EINTR) {}
}
