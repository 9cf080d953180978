/*
 * Frames to the host: u8 type, u32 length, payload, big-endian; src/sandbox/supervisor-protocol.ts
 * reads them. Our stdout does not block, so that a host that is slow to read never keeps us from
 * the clocks: one frame is held, and nothing more is read from the program until it is gone.
 */
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FRAME_HEADER_SIZE = 5, FAILURE_SIZE = 1024 };

static unsigned char frame[FRAME_HEADER_SIZE + CHUNK_SIZE];
static size_t frame_sent, frame_end;

void put_be(unsigned char *at, size_t width, uint64_t value) {
    for (size_t i = 0; i < width; i++) at[i] = (unsigned char)(value >> 8 * (width - 1 - i));
}

/* Room for CHUNK_SIZE bytes, which report_send_chunk sends without another copy. */
unsigned char *report_chunk(void) {
    return frame + FRAME_HEADER_SIZE;
}

bool report_is_busy(void) {
    return frame_sent < frame_end;
}

/* Writes as much as the host takes now. */
void report_flush(void) {
    while (report_is_busy()) {
        ssize_t written = write(STDOUT_FILENO, frame + frame_sent, frame_end - frame_sent);
        if (written >= 0) {
            frame_sent += (size_t)written;
            continue;
        }
        if (errno == EAGAIN) return;
        if (errno != EINTR) _exit(1); /* Nobody is left to tell. */
    }
}

/* Queues the first bytes of the chunk. There is one place only: not while busy. */
void report_send_chunk(char type, size_t size) {
    frame[0] = (unsigned char)type;
    put_be(frame + 1, 4, size);
    frame_sent = 0;
    frame_end = FRAME_HEADER_SIZE + size;
    report_flush();
}

/* Waits until the host has taken the frame. */
void report_wait(void) {
    /* No events asked of stdin: it may hold the job already, only its hang-up matters here. */
    struct pollfd ends[] = {{STDOUT_FILENO, POLLOUT, 0}, {STDIN_FILENO, 0, 0}};
    for (report_flush(); report_is_busy(); report_flush()) {
        if (poll(ends, 2, -1) < 0 && errno != EINTR) _exit(1);
        if (ends[1].revents != 0) _exit(1);
    }
}

/* Sends one frame, and waits until it is gone. */
void report_frame(char type, const void *payload, size_t size) {
    static bool is_nonblocking;
    if (!is_nonblocking) {
        int flags = fcntl(STDOUT_FILENO, F_GETFL);
        if (flags < 0 || fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) < 0) _exit(1);
        is_nonblocking = true;
    }
    report_wait();
    if (size > 0) memmove(report_chunk(), payload, size);
    report_send_chunk(type, size);
    report_wait();
}

void report_result(const struct job *job, const struct result *result) {
    unsigned char payload[NONCE_SIZE + 70 + PROBLEM_SIZE], *at = payload;
    const struct { size_t width; uint64_t value; } fields[] = {
        {4, (uint32_t)result->wait_status},
        {1, result->cause},
        {4, result->oom_kills},
        {8, result->cpu_us},
        {8, result->wall_us},
        {8, result->peak_memory},
        {8, result->stdout_size},
        {8, result->stderr_size},
        {1, (result->stdout_truncated ? 1u : 0u) | (result->stderr_truncated ? 2u : 0u)},
        {8, result->starved_us},
        {4, strnlen(result->collect_problem, PROBLEM_SIZE)},
    };
    memcpy(at, job->nonce, NONCE_SIZE);
    at += NONCE_SIZE;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        put_be(at, fields[i].width, fields[i].value);
        at += fields[i].width;
    }
    size_t problem_size = strnlen(result->collect_problem, PROBLEM_SIZE);
    memcpy(at, result->collect_problem, problem_size);
    report_frame('R', payload, (size_t)(at - payload) + problem_size);
}

/* The sandbox failed, not the program: says so to the host and to the container's log, and exits. */
void fail(const char *format, ...) {
    char text[FAILURE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 0 : length < FAILURE_SIZE ? (size_t)length : FAILURE_SIZE - 1;
    dprintf(STDERR_FILENO, "%s\n", text);
    report_frame('X', text, size);
    _exit(1);
}

/* The result of a system call that only fails when the sandbox does. */
long check(long result, const char *what) {
    if (result < 0) fail("%s: %s", what, strerror(errno));
    return result;
}
