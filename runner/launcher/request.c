/*
 * A request, as src/sandbox/native/launch-request.ts writes it; the job of the supervisor follows on
 * the same connection and is left there. All integers are big-endian.
 *
 *   request := u32 length of the rest | u64 memory | u64 processes | u64 CPU quota | u64 shared memory
 *            | u64 OOM score | tmpfs of /box | tmpfs of /w | u16 count × (u16 resource | u64 soft | u64 hard)
 *   tmpfs   := u32 flags of mount(2) | u16 length | data of mount(2)
 */
#include "launcher.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>

enum { LENGTH_SIZE = 4, REQUEST_SIZE_MAX = 2048 };

static const unsigned long FLAGS_KNOWN = MS_NOSUID | MS_NODEV | MS_NOEXEC;

/* What is left of the request; `is_short` once it had less than was asked for. */
struct cursor {
    const unsigned char *at;
    size_t left;
    bool is_short;
};

static const unsigned char *take(struct cursor *from, size_t size) {
    static const unsigned char nothing[8];
    if (size > from->left) {
        from->is_short = true;
        return nothing;
    }
    from->at += size;
    from->left -= size;
    return from->at - size;
}

static uint64_t take_be(struct cursor *from, size_t width) {
    const unsigned char *bytes = take(from, width);
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) value = value << 8 | bytes[i];
    return value;
}

static bool take_memory_files(struct cursor *from, struct memory_files *files) {
    files->flags = (unsigned long)take_be(from, 4);
    size_t length = (size_t)take_be(from, 2);
    if (length >= MOUNT_DATA_SIZE || length > from->left) return false;
    memcpy(files->data, take(from, length), length);
    files->data[length] = '\0';
    return (files->flags & ~FLAGS_KNOWN) == 0 && (files->flags & MS_NOSUID) != 0 &&
           (files->flags & MS_NODEV) != 0;
}

static bool take_limits(struct cursor *from, struct request *request) {
    request->limit_count = (size_t)take_be(from, 2);
    if (request->limit_count > LIMITS_MAX) return false;
    for (size_t i = 0; i < request->limit_count; i++) {
        request->limits[i].resource = (unsigned)take_be(from, 2);
        request->limits[i].value.rlim_cur = take_be(from, 8);
        request->limits[i].value.rlim_max = take_be(from, 8);
    }
    return true;
}

/* Whether it is of no length; then it is taken. */
bool request_is_empty(int connection) {
    static const unsigned char zero[LENGTH_SIZE];
    unsigned char length[LENGTH_SIZE];
    return recv(connection, length, LENGTH_SIZE, MSG_PEEK | MSG_DONTWAIT) == LENGTH_SIZE &&
           memcmp(length, zero, LENGTH_SIZE) == 0 &&
           recv(connection, length, LENGTH_SIZE, MSG_DONTWAIT) == LENGTH_SIZE;
}

const char *request_read(int connection, struct request *request) {
    unsigned char bytes[LENGTH_SIZE + REQUEST_SIZE_MAX];
    ssize_t seen = recv(connection, bytes, LENGTH_SIZE, MSG_PEEK | MSG_DONTWAIT);
    if (seen != LENGTH_SIZE) return "no length";
    struct cursor from = {bytes, LENGTH_SIZE, false};
    size_t length = (size_t)take_be(&from, LENGTH_SIZE);
    if (length > REQUEST_SIZE_MAX) return "too long";
    /* The worker sends it in one piece, which the kernel keeps in one piece. */
    ssize_t got = recv(connection, bytes, LENGTH_SIZE + length, MSG_DONTWAIT);
    if (got != (ssize_t)(LENGTH_SIZE + length)) return "cut short";
    from.left = length;
    request->memory_max = take_be(&from, 8);
    request->processes_max = take_be(&from, 8);
    request->cpu_quota_us = take_be(&from, 8);
    request->shared_memory = take_be(&from, 8);
    request->oom_score = take_be(&from, 8);
    if (!take_memory_files(&from, &request->box)) return "a bad /box";
    if (!take_memory_files(&from, &request->work)) return "a bad /w";
    if (!take_limits(&from, request)) return "too many limits";
    if (from.is_short || from.left > 0) return "another length";
    if (request->memory_max == 0 || request->processes_max == 0) return "no memory or no processes";
    if (request->oom_score > 1000) return "an OOM score out of range";
    return NULL;
}
