// Opening a disk, and what is mapped.

#include "disk.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int pd_sys_open(const char *path, int flags, mode_t mode) {
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int pd_sys_close(int descriptor) { return (int)syscall(SYS_close, descriptor); }

ssize_t pd_sys_pread(int descriptor, void *bytes, size_t count, int64_t offset) {
    return syscall(SYS_pread64, descriptor, bytes, count, offset);
}

ssize_t pd_sys_pwrite(int descriptor, const void *bytes, size_t count, int64_t offset) {
    return syscall(SYS_pwrite64, descriptor, bytes, count, offset);
}

int pd_sys_truncate(int descriptor, int64_t size) {
    return (int)syscall(SYS_ftruncate, descriptor, size);
}

int64_t pd_sys_size(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? (int64_t)status.st_size : -1;
}

static void *map_file(const char *path, size_t size) {
    int descriptor = pd_sys_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return NULL;
    void *bytes = MAP_FAILED;
    if (pd_sys_size(descriptor) >= (int64_t)size || pd_sys_truncate(descriptor, (int64_t)size) == 0)
        bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    pd_sys_close(descriptor);
    return bytes == MAP_FAILED ? NULL : bytes;
}

pd_control *pd_control_open(const char *path) { return map_file(path, sizeof(pd_control)); }

pd_disk *pd_open(const char *folder, const char *side) {
    pd_disk *disk = calloc(1, sizeof *disk);
    if (!disk || !realpath(folder, disk->folder)) {
        free(disk);
        return NULL;
    }
    char path[1200];
    snprintf(disk->side, sizeof disk->side, "%s", side);
    snprintf(path, sizeof path, "%s/map", side);
    disk->map = map_file(path, sizeof(pd_map));
    snprintf(path, sizeof path, "%s/lock", side);
    disk->lock = pd_sys_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    pthread_mutex_init(&disk->mutex, NULL);
    if (!disk->map || disk->lock < 0) {
        pd_close(disk);
        return NULL;
    }
    return disk;
}

void pd_close(pd_disk *disk) {
    if (!disk) return;
    for (int record = 0; record < PD_RECORDS; record++)
        if (disk->blocks[record]) munmap((void *)disk->blocks[record], PD_BLOCKS);
    if (disk->map) munmap(disk->map, sizeof(pd_map));
    if (disk->lock >= 0) pd_sys_close(disk->lock);
    free(disk);
}

// The kernel takes the lock back from a process that is killed.
void pd_lock(pd_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    while (flock(disk->lock, LOCK_EX) != 0 && errno == EINTR) {}
}

void pd_unlock(pd_disk *disk) {
    flock(disk->lock, LOCK_UN);
    pthread_mutex_unlock(&disk->mutex);
}

// The state of each of a record's blocks.
_Atomic uint8_t *pd_blocks(pd_disk *disk, int record) {
    _Atomic uint8_t *blocks = disk->blocks[record];
    if (blocks) return blocks;
    char path[1200];
    snprintf(path, sizeof path, "%s/%d.blocks", disk->side, record);
    blocks = map_file(path, PD_BLOCKS);
    if (!blocks) abort();
    _Atomic uint8_t *none = NULL;
    if (!atomic_compare_exchange_strong(&disk->blocks[record], &none, blocks)) {
        munmap((void *)blocks, PD_BLOCKS);
        blocks = none;
    }
    return blocks;
}

void pd_drop_blocks(pd_disk *disk, int record) {
    if (!disk->blocks[record]) return;
    munmap((void *)disk->blocks[record], PD_BLOCKS);
    disk->blocks[record] = NULL;
}

int pd_image(pd_disk *disk, int record, int flags) {
    char path[1200];
    snprintf(path, sizeof path, "%s/%d.image", disk->side, record);
    return pd_sys_open(path, flags | O_CLOEXEC, 0600);
}

// Copies what there is of a range.
int pd_copy(int from, int to, int64_t offset, int64_t count) {
    char bytes[16 * PD_BLOCK];
    while (count > 0) {
        size_t part = count < (int64_t)sizeof bytes ? (size_t)count : sizeof bytes;
        ssize_t got = pd_sys_pread(from, bytes, part, offset);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got == 0 ? 0 : -1;
        if (pd_sys_pwrite(to, bytes, (size_t)got, offset) != got) return -1;
        offset += got;
        count -= got;
    }
    return 0;
}

// Called with the lock.
pd_name *pd_find(pd_disk *disk, const char *name, int make) {
    pd_map *map = disk->map;
    pd_name *spare = NULL;
    for (int place = 0; place < map->names; place++) {
        pd_name *entry = &map->name[place];
        if (strcmp(entry->name, name) == 0) return entry;
        if (!spare && !entry->live && !entry->durable) spare = entry;
    }
    if (!make) return NULL;
    if (strlen(name) >= PD_NAME || (!spare && map->names >= PD_NAMES)) abort();
    pd_name *entry = spare ? spare : &map->name[map->names];
    snprintf(entry->name, sizeof entry->name, "%s", name);
    entry->live = entry->durable = 0;
    if (!spare) map->names++;
    return entry;
}

#endif
