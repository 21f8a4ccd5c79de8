#ifndef C_LOCAL_SOCKET_H
#define C_LOCAL_SOCKET_H

// Calls on sockets of this machine that Swift cannot reach: they are extensions, or differ between systems.

/// A stream socket that no child inherits. Blocking. -1 and errno on failure.
int scr_local_socket(void);

/// Takes the next connection, which no child inherits and which never blocks. -1 and errno on failure.
int scr_local_accept(int listener);

/// Who is on the other end, as the kernel noted when it connected. `pid` is 0 where the system does not tell.
/// 0, or -1 and errno.
int scr_local_peer(int socket, unsigned int *uid, int *pid);

/// A pipe that no child inherits and whose ends never block. 0, or -1 and errno.
int scr_local_pipe(int ends[2]);

#endif
