// zlib, and its initialiser, which is a macro.
#include <zlib.h>

static inline int kerege_deflate_init(z_stream *stream, int level, int window_bits) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}
