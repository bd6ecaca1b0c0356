// The time of day, which may be wrong. Clocks that only ever go forward are left as they are.

#define _GNU_SOURCE
#include "shim.h"

#ifdef __linux__

#include <sys/time.h>
#include <time.h>

static struct timespec shifted(struct timespec now) {
    int64_t offset = shim_control ? shim_control->clock_offset_ms : 0;
    int64_t nanoseconds = now.tv_nsec + offset % 1000 * 1000000;
    now.tv_sec += offset / 1000 + nanoseconds / 1000000000;
    nanoseconds %= 1000000000;
    if (nanoseconds < 0) {
        nanoseconds += 1000000000;
        now.tv_sec--;
    }
    now.tv_nsec = nanoseconds;
    return now;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*next)(clockid_t, struct timespec *);
    if (!next) next = NEXT(clock_gettime);
    int result = next(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        *time = shifted(*time);
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    if (result == 0) {
        time->tv_sec = now.tv_sec;
        time->tv_usec = now.tv_nsec / 1000;
    }
    return result;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

#endif
