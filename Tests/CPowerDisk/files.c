// What is written to files, and what of it is flushed.

#include "disk.h"

#ifdef __linux__

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int has_suffix(const char *name, const char *suffix) {
    size_t count = strlen(name), wanted = strlen(suffix);
    return count >= wanted && strcmp(name + count - wanted, suffix) == 0;
}

const char *pd_relative(const pd_disk *disk, const char *path) {
    size_t count = strlen(disk->folder);
    if (strncmp(path, disk->folder, count) != 0) return NULL;
    if (path[count] == 0) return "";
    if (path[count] != '/') return NULL;
    const char *name = path + count + 1;
    if (has_suffix(name, "-shm") || has_suffix(name, "-serving") || has_suffix(name, "-turns"))
        return NULL;
    return strlen(name) < PD_NAME ? name : NULL;
}

static int new_record(pd_disk *disk) {
    int record = ++disk->map->records;
    if (record >= PD_RECORDS) abort();
    return record;
}

// A file that can be read, whatever the descriptor was opened for.
static int readable(int descriptor, int *own) {
    char byte;
    *own = -1;
    if (pd_sys_pread(descriptor, &byte, 1, 0) >= 0) return descriptor;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return *own = pd_sys_open(path, O_RDONLY | O_CLOEXEC, 0);
}

int pd_opened(pd_disk *disk, const char *name, int descriptor, int is_created) {
    pd_lock(disk);
    pd_name *entry = pd_find(disk, name, 1);
    if (is_created || !entry->live) {
        int record = new_record(disk);
        int image = pd_image(disk, record, O_RDWR | O_CREAT);
        if (!is_created) {
            // It was there before anybody looked: it is taken to be on disk.
            int own, from = readable(descriptor, &own);
            int64_t size = pd_sys_size(descriptor);
            if (from < 0 || pd_copy(from, image, 0, size) != 0) abort();
            if (own >= 0) pd_sys_close(own);
            disk->map->size[record] = size;
            entry->durable = record;
        }
        entry->live = record;
        pd_sys_close(image);
    }
    int record = entry->live;
    pd_unlock(disk);
    return record;
}

void pd_wrote(pd_disk *disk, int record, int64_t offset, int64_t count) {
    if (count <= 0) return;
    _Atomic uint8_t *blocks = pd_blocks(disk, record);
    int64_t last = (offset + count - 1) / PD_BLOCK;
    if (last >= PD_BLOCKS) abort();
    for (int64_t block = offset / PD_BLOCK; block <= last; block++) blocks[block] = PD_DIRTY;
}

void pd_shrank(pd_disk *disk, int record, int64_t from, int64_t to) {
    if (to < from) pd_wrote(disk, record, to, from - to);
}

void pd_sync(pd_disk *disk, int record, int descriptor) {
    _Atomic uint8_t *blocks = pd_blocks(disk, record);
    pd_lock(disk);
    int own, from = readable(descriptor, &own);
    int image = pd_image(disk, record, O_RDWR | O_CREAT);
    int64_t size = pd_sys_size(descriptor);
    if (from < 0 || image < 0 || size < 0) abort();
    if (size < disk->map->size[record]) {
        pd_sys_truncate(image, size);
        disk->map->size[record] = size;
    }
    int64_t count = (size + PD_BLOCK - 1) / PD_BLOCK;
    for (int64_t block = 0; block < PD_BLOCKS && block < count; block++) {
        uint8_t state = blocks[block];
        if (state != PD_DIRTY && state != PD_FLUSHING) continue;
        // Whoever writes meanwhile marks it again, and so it stays marked. Whoever is killed here
        // leaves it marked, too.
        blocks[block] = PD_FLUSHING;
        if (pd_copy(from, image, block * PD_BLOCK, PD_BLOCK) != 0) abort();
        state = PD_FLUSHING;
        atomic_compare_exchange_strong(&blocks[block], &state, PD_CLEAN);
    }
    pd_sys_truncate(image, size);
    disk->map->size[record] = size;
    pd_sys_close(image);
    if (own >= 0) pd_sys_close(own);
    pd_unlock(disk);
}

void pd_sync_failed(pd_disk *disk, int record) {
    _Atomic uint8_t *blocks = pd_blocks(disk, record);
    for (int64_t block = 0; block < PD_BLOCKS; block++) {
        uint8_t dirty = PD_DIRTY;
        atomic_compare_exchange_strong(&blocks[block], &dirty, PD_LOST);
    }
}

#endif
