// What opens, closes and copies descriptors, and what changes names.

#define _GNU_SOURCE
#include "shim.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// Opens by the kernel's own call, and notes what the descriptor stands for.
static int open_noting(int folder, const char *path, int flags, mode_t mode) {
    char buffer[2048];
    const char *name = shim_name(folder, path, buffer, sizeof buffer);
    struct stat status;
    int was_there = name && fstatat(folder, path, &status, 0) == 0;
    if (name && !was_there && (flags & O_CREAT) && shim_control && shim_control->write_error) {
        __atomic_add_fetch(&shim_control->failed_writes, 1, __ATOMIC_RELAXED);
        errno = shim_control->write_error;
        return -1;
    }
    int descriptor = NEXT(openat64)(folder, path, flags, mode);
    if (descriptor < 0) return descriptor;
    shim_forget(descriptor);
    if (!name || (flags & O_PATH) || fstat(descriptor, &status) != 0) return descriptor;
    if (S_ISDIR(status.st_mode)) {
        shim_note_folder(descriptor, name);
    } else if (S_ISREG(status.st_mode) && *name) {
        int error = errno;
        int64_t before = was_there && (flags & O_TRUNC) ? PD_BLOCK * (int64_t)PD_BLOCKS : 0;
        int record = pd_opened(shim_disk, name, descriptor, !was_there);
        pd_shrank(shim_disk, record, before, 0);
        shim_note(descriptor, record);
        errno = error;
    }
    return descriptor;
}

#define MODE(flags)                                                                                \
    mode_t mode = 0;                                                                               \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                       \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode = va_arg(more, mode_t);                                                               \
        va_end(more);                                                                              \
    }

int open(const char *path, int flags, ...) {
    MODE(flags)
    return open_noting(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags)
    return open_noting(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return open_noting(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags)
    return open_noting(folder, path, flags, mode);
}

int creat(const char *path, mode_t mode) {
    return open_noting(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int __open_2(const char *path, int flags) { return open_noting(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_noting(AT_FDCWD, path, flags, 0); }

int close(int descriptor) {
    // First, because the number may be another thread's right after.
    shim_forget(descriptor);
    return NEXT(close)(descriptor);
}

static int same(int from, int to) {
    if (to < 0) return to;
    const char *folder = shim_folder(from);
    if (folder) {
        shim_note_folder(to, folder);
    } else {
        shim_note(to, shim_record(from));
    }
    return to;
}

int dup(int descriptor) { return same(descriptor, NEXT(dup)(descriptor)); }
int dup2(int descriptor, int to) { return same(descriptor, NEXT(dup2)(descriptor, to)); }

int dup3(int descriptor, int to, int flags) {
    return same(descriptor, NEXT(dup3)(descriptor, to, flags));
}

static int control(int descriptor, int order, void *argument) {
    int result = NEXT(fcntl64)(descriptor, order, argument);
    return order == F_DUPFD || order == F_DUPFD_CLOEXEC ? same(descriptor, result) : result;
}

int fcntl(int descriptor, int order, ...) {
    va_list more;
    va_start(more, order);
    void *argument = va_arg(more, void *);
    va_end(more);
    return control(descriptor, order, argument);
}

int fcntl64(int descriptor, int order, ...) {
    va_list more;
    va_start(more, order);
    void *argument = va_arg(more, void *);
    va_end(more);
    return control(descriptor, order, argument);
}

// Names.

int renameat2(int folder, const char *from, int to_folder, const char *to, unsigned int flags) {
    char first[2048], second[2048];
    int result = NEXT(renameat2)(folder, from, to_folder, to, flags);
    if (result != 0) return result;
    const char *source = shim_name(folder, from, first, sizeof first);
    const char *target = shim_name(to_folder, to, second, sizeof second);
    if (source && target) {
        pd_renamed(shim_disk, source, target);
    } else if (source) {
        pd_unlinked(shim_disk, source);
    }
    return 0;
}

int renameat(int folder, const char *from, int to_folder, const char *to) {
    return renameat2(folder, from, to_folder, to, 0);
}

int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

int linkat(int folder, const char *from, int to_folder, const char *to, int flags) {
    char first[2048], second[2048];
    int result = NEXT(linkat)(folder, from, to_folder, to, flags);
    if (result != 0) return result;
    const char *source = shim_name(folder, from, first, sizeof first);
    const char *target = shim_name(to_folder, to, second, sizeof second);
    if (source && target) pd_linked(shim_disk, source, target);
    return 0;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int folder, const char *path, int flags) {
    char buffer[2048];
    int result = NEXT(unlinkat)(folder, path, flags);
    const char *name = result == 0 ? shim_name(folder, path, buffer, sizeof buffer) : NULL;
    if (name) pd_unlinked(shim_disk, name);
    return result;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int remove(const char *path) {
    struct stat status;
    int is_folder = lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
    return unlinkat(AT_FDCWD, path, is_folder ? AT_REMOVEDIR : 0);
}

#endif
