// libuv, and what Swift cannot import: a variadic system call that names a thread.
#include <sys/prctl.h>
#include <uv.h>

static inline void kerege_name_this_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}
