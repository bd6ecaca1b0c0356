// What changes a file's bytes, and what flushes them.

#define _GNU_SOURCE
#include "shim.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// The error that a write must give, or 0.
static int write_fault(int record) {
    if (!record || !shim_control || !shim_control->write_error) return 0;
    __atomic_add_fetch(&shim_control->failed_writes, 1, __ATOMIC_RELAXED);
    return shim_control->write_error;
}

static int64_t size_of(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? (int64_t)status.st_size : 0;
}

// Before the write, so that a kill between the two marks too much and never too little.
static void mark(int descriptor, int record, int64_t offset, int64_t count) {
    pd_wrote(shim_disk, record, offset, count);
    if (shim_control) __atomic_add_fetch(&shim_control->writes, 1, __ATOMIC_RELAXED);
    (void)descriptor;
}

// A file that was opened to be flushed at each write.
static void flush_if_asked(int descriptor, int record) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0 && (flags & O_DSYNC)) pd_sync(shim_disk, record, descriptor);
}

#define WRITING(descriptor, offset, count, call)                                                   \
    int record = shim_record(descriptor), fault = write_fault(record);                             \
    if (fault) {                                                                                   \
        errno = fault;                                                                             \
        return -1;                                                                                 \
    }                                                                                              \
    if (!record) return call;                                                                      \
    mark(descriptor, record, offset, count);                                                       \
    ssize_t result = call;                                                                         \
    flush_if_asked(descriptor, record);                                                            \
    return result

// Where a write without an offset goes.
static int64_t place(int descriptor) {
    if (!shim_record(descriptor)) return 0;
    int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && (flags & O_APPEND) ? size_of(descriptor)
                                            : (int64_t)lseek(descriptor, 0, SEEK_CUR);
}

static int64_t total(const struct iovec *parts, int count) {
    int64_t sum = 0;
    for (int part = 0; part < count; part++) sum += (int64_t)parts[part].iov_len;
    return sum;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    WRITING(descriptor, place(descriptor), (int64_t)count, NEXT(write)(descriptor, bytes, count));
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    WRITING(descriptor, place(descriptor), total(parts, count),
            NEXT(writev)(descriptor, parts, count));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    WRITING(descriptor, offset, (int64_t)count, NEXT(pwrite)(descriptor, bytes, count, offset));
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    WRITING(descriptor, offset, (int64_t)count, NEXT(pwrite64)(descriptor, bytes, count, offset));
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    WRITING(descriptor, offset, total(parts, count),
            NEXT(pwritev)(descriptor, parts, count, offset));
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off64_t offset) {
    WRITING(descriptor, offset, total(parts, count),
            NEXT(pwritev64)(descriptor, parts, count, offset));
}

static int resize(int descriptor, int64_t size, int result_of(int, int64_t)) {
    int record = shim_record(descriptor);
    if (!record) return result_of(descriptor, size);
    int64_t before = size_of(descriptor);
    int fault = size > before ? write_fault(record) : 0;
    if (fault) {
        errno = fault;
        return -1;
    }
    pd_shrank(shim_disk, record, before, size);
    return result_of(descriptor, size);
}

static int next_truncate(int descriptor, int64_t size) {
    return NEXT(ftruncate64)(descriptor, size);
}

int ftruncate(int descriptor, off_t size) { return resize(descriptor, size, next_truncate); }
int ftruncate64(int descriptor, off64_t size) { return resize(descriptor, size, next_truncate); }

static int allocate(int descriptor) {
    int fault = write_fault(shim_record(descriptor));
    return fault;
}

int posix_fallocate(int descriptor, off_t offset, off_t count) {
    int fault = allocate(descriptor);
    return fault ? fault : NEXT(posix_fallocate)(descriptor, offset, count);
}

int posix_fallocate64(int descriptor, off64_t offset, off64_t count) {
    int fault = allocate(descriptor);
    return fault ? fault : NEXT(posix_fallocate64)(descriptor, offset, count);
}

int fallocate(int descriptor, int mode, off_t offset, off_t count) {
    int record = shim_record(descriptor), fault = allocate(descriptor);
    if (fault) {
        errno = fault;
        return -1;
    }
    // A hole that is punched changes bytes.
    if (record && mode) mark(descriptor, record, offset, count);
    return NEXT(fallocate)(descriptor, mode, offset, count);
}

static int flush(int descriptor, int next(int)) {
    int record = shim_record(descriptor);
    const char *folder = shim_folder(descriptor);
    if (!record && !folder) return next(descriptor);
    if (shim_control) {
        __atomic_add_fetch(&shim_control->syncs, 1, __ATOMIC_RELAXED);
        int delay = shim_control->sync_delay_us;
        if (delay > 0) {
            struct timespec pause = {
                .tv_sec = delay / 1000000, .tv_nsec = (long)(delay % 1000000) * 1000};
            nanosleep(&pause, NULL);
        }
        if (shim_control->sync_error) {
            __atomic_add_fetch(&shim_control->failed_syncs, 1, __ATOMIC_RELAXED);
            if (record) pd_sync_failed(shim_disk, record);
            errno = shim_control->sync_error;
            return -1;
        }
        if (shim_control->sync_lie) return 0;
    }
    if (record) {
        pd_sync(shim_disk, record, descriptor);
    } else {
        pd_sync_folder(shim_disk, folder);
    }
    return 0;
}

int fsync(int descriptor) { return flush(descriptor, NEXT(fsync)); }
int fdatasync(int descriptor) { return flush(descriptor, NEXT(fdatasync)); }

#endif
