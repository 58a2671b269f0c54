// libmicrohttpd, and what Swift cannot import: its variadic functions, and TCP counters newer than glibc's header.
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

struct kerege_daemon_options {
    int socket;
    unsigned int connection_limit;
    size_t connection_memory;
    void *context;
    MHD_AccessHandlerCallback request;
    void *(*request_line)(void *context, const char *target, struct MHD_Connection *connection);
    size_t (*unescape)(void *context, struct MHD_Connection *connection, char *text);
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    MHD_LogCallback log;
};

// One daemon without threads, driven through its epoll descriptor. It owns `socket` from then on.
// Not MHD_OPTION_STRICT_FOR_CLIENT 1: it closes without an answer, or answers in HTML, what HTTPServer checks (and answers) itself.
static inline struct MHD_Daemon *kerege_start_daemon(const struct kerege_daemon_options *o) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE | MHD_USE_ERROR_LOG, 0, NULL, NULL, o->request, o->context,
        MHD_OPTION_EXTERNAL_LOGGER, o->log, o->context,
        MHD_OPTION_LISTEN_SOCKET, o->socket,
        MHD_OPTION_CONNECTION_LIMIT, o->connection_limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, o->connection_memory,
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_URI_LOG_CALLBACK, o->request_line, o->context,
        MHD_OPTION_UNESCAPE_CALLBACK, o->unescape, o->context,
        MHD_OPTION_NOTIFY_COMPLETED, o->completed, o->context,
        MHD_OPTION_NOTIFY_CONNECTION, o->connection, o->context,
        MHD_OPTION_END);
}

static inline int kerege_epoll_descriptor(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

static inline int kerege_connection_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline const struct sockaddr *kerege_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

static inline void *kerege_connection_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static inline size_t kerege_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

static inline void kerege_close_upgraded(struct MHD_UpgradeResponseHandle *handle) {
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

// The kernel's `struct tcp_info` up to the two counters (linux/tcp.h clashes with netinet/tcp.h).
struct kerege_tcp_counters {
    uint8_t before[120];
    uint64_t acknowledged;
    uint64_t received;
};

// Bytes the peer has acknowledged and sent; 0 when the socket is not TCP.
static inline int kerege_tcp_progress(int socket, uint64_t *acknowledged, uint64_t *received) {
    struct kerege_tcp_counters counters;
    socklen_t size = sizeof counters;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &counters, &size) != 0 || size < sizeof counters) return 0;
    *acknowledged = counters.acknowledged;
    *received = counters.received;
    return 1;
}

// Bytes that have arrived and were not read.
static inline int kerege_unread_bytes(int socket) {
    int count = 0;
    return ioctl(socket, FIONREAD, &count) == 0 ? count : 0;
}

// POLLRDHUP, which poll.h hides without _GNU_SOURCE: the peer has shut down its writing side.
static const short kerege_poll_hang_up = 0x2000;
