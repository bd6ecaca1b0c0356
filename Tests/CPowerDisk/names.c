// Names in folders, and what is left after a loss of power.

#include "disk.h"

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int pd_record(pd_disk *disk, const char *name) {
    pd_lock(disk);
    pd_name *entry = pd_find(disk, name, 0);
    int record = entry ? entry->live : 0;
    pd_unlock(disk);
    return record;
}

void pd_linked(pd_disk *disk, const char *from, const char *to) {
    pd_lock(disk);
    pd_name *source = pd_find(disk, from, 0);
    if (source && source->live) {
        int record = source->live;
        pd_find(disk, to, 1)->live = record;
    }
    pd_unlock(disk);
}

void pd_renamed(pd_disk *disk, const char *from, const char *to) {
    pd_lock(disk);
    pd_name *source = pd_find(disk, from, 0);
    int record = source ? source->live : 0;
    pd_find(disk, to, 1)->live = record;
    if (source) source->live = 0;
    pd_unlock(disk);
}

void pd_unlinked(pd_disk *disk, const char *name) {
    pd_lock(disk);
    pd_name *entry = pd_find(disk, name, 0);
    if (entry) entry->live = 0;
    pd_unlock(disk);
}

static int is_in(const char *name, const char *folder) {
    const char *slash = strrchr(name, '/');
    size_t count = slash ? (size_t)(slash - name) : 0;
    return strlen(folder) == count && strncmp(name, folder, count) == 0;
}

void pd_sync_folder(pd_disk *disk, const char *folder) {
    pd_lock(disk);
    for (int place = 0; place < disk->map->names; place++) {
        pd_name *entry = &disk->map->name[place];
        if (is_in(entry->name, folder)) entry->durable = entry->live;
    }
    pd_unlock(disk);
}

// SplitMix64.
static uint64_t draw(uint64_t *state) {
    uint64_t value = (*state += 0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

static int make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(path, 0700) != 0 && errno != EEXIST) return -1;
        *slash = '/';
    }
    return 0;
}

// The file of a record as it would be found; `live` is the file as it is, or -1.
static int64_t restore_file(
    pd_disk *disk, int record, int live, const char *path, uint64_t *random) {
    int image = pd_image(disk, record, O_RDWR | O_CREAT);
    char parts[1300];
    snprintf(parts, sizeof parts, "%s.restoring", path);
    if (make_folders(parts) != 0) return -1;
    int out = pd_sys_open(parts, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int64_t size = disk->map->size[record], lost = 0;
    if (image < 0 || out < 0 || pd_copy(image, out, 0, size) != 0) return -1;
    if (pd_sys_truncate(out, size) != 0) return -1;
    if (live >= 0) {
        _Atomic uint8_t *blocks = pd_blocks(disk, record);
        int64_t live_size = pd_sys_size(live);
        if (*random && live_size < size && draw(random) % 2) {
            size = live_size;
            if (pd_sys_truncate(out, size) != 0) return -1;
        }
        for (int64_t block = 0; block < PD_BLOCKS; block++) {
            if (blocks[block] == PD_CLEAN) continue;
            int is_there = block * PD_BLOCK < live_size;
            if (!*random || !is_there || draw(random) % 2) {
                lost++;
            } else if (pd_copy(live, out, block * PD_BLOCK, PD_BLOCK) != 0) {
                return -1;
            }
        }
    }
    pd_sys_close(image);
    pd_sys_close(out);
    return rename(parts, path) == 0 ? lost : -1;
}

// Removes what is kept of the records before `first`.
static void forget(pd_disk *disk, int first) {
    for (int record = first - 1; record > 0; record--) {
        char path[1200];
        snprintf(path, sizeof path, "%s/%d.image", disk->side, record);
        if (unlink(path) != 0) break;
        snprintf(path, sizeof path, "%s/%d.blocks", disk->side, record);
        unlink(path);
        pd_drop_blocks(disk, record);
    }
}

// Called with the lock.
static int adopt(pd_disk *disk) {
    int first = disk->map->records + 1, result = 0;
    for (int place = 0; place < disk->map->names; place++) {
        pd_name *entry = &disk->map->name[place];
        char path[1300];
        snprintf(path, sizeof path, "%s/%s", disk->folder, entry->name);
        int live = pd_sys_open(path, O_RDONLY | O_CLOEXEC, 0);
        entry->live = entry->durable = 0;
        if (live < 0) continue;
        int record = ++disk->map->records, image = pd_image(disk, record, O_RDWR | O_CREAT);
        int64_t size = pd_sys_size(live);
        if (image < 0 || pd_copy(live, image, 0, size) != 0) result = -1;
        disk->map->size[record] = size;
        entry->live = entry->durable = record;
        pd_sys_close(image);
        pd_sys_close(live);
    }
    forget(disk, first);
    return result;
}

int pd_adopt(pd_disk *disk) {
    pd_lock(disk);
    int result = adopt(disk);
    pd_unlock(disk);
    return result;
}

int64_t pd_restore(pd_disk *disk, const char *out, uint64_t seed) {
    char own[1024];
    int in_place = realpath(out, own) && strcmp(own, disk->folder) == 0;
    uint64_t random = seed;
    // A process that is stopped while it flushes holds the lock, and flushes no further.
    if (in_place) pd_lock(disk);
    int keeps_names = seed && draw(&random) % 2;
    int64_t lost = 0;
    for (int place = 0; place < disk->map->names; place++) {
        pd_name *entry = &disk->map->name[place];
        char path[1300], from[1300];
        snprintf(from, sizeof from, "%s/%s", disk->folder, entry->name);
        snprintf(path, sizeof path, "%s/%s", out, entry->name);
        int record = keeps_names ? entry->live : entry->durable;
        if (!record) {
            unlink(path);
            if (in_place) entry->live = entry->durable = 0;
            continue;
        }
        // What another name, or none, holds now cannot be read any more: its image is what is left.
        int live = record == entry->live ? pd_sys_open(from, O_RDONLY | O_CLOEXEC, 0) : -1;
        int64_t count = restore_file(disk, record, live, path, &random);
        if (live >= 0) pd_sys_close(live);
        if (count < 0) {
            lost = -1;
            break;
        }
        lost += count;
    }
    // From now on what is there is what is durable.
    if (in_place && lost >= 0 && adopt(disk) != 0) lost = -1;
    if (in_place) pd_unlock(disk);
    return lost;
}

#endif
