#ifndef DISK_H
#define DISK_H

#include "power_disk.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct {
    char name[PD_NAME];
    // Records, from 1; 0 is none. What a process finds under the name, and what a loss of power
    // would leave there.
    int32_t live, durable;
} pd_name;

typedef struct {
    _Atomic int32_t records;
    _Atomic int32_t names;
    pd_name name[PD_NAMES];
    _Atomic int64_t size[PD_RECORDS];
} pd_map;

// What a block of a file is: as it is in the image, written, being flushed, or given up by a flush
// that failed.
enum { PD_CLEAN = 0, PD_DIRTY = 1, PD_FLUSHING = 2, PD_LOST = 3 };

struct pd_disk {
    char folder[1024];
    char side[1024];
    pd_map *map;
    int lock;
    // The lock of the file is one process's; this one is its threads'.
    pthread_mutex_t mutex;
    _Atomic(_Atomic uint8_t *) blocks[PD_RECORDS];
};

void pd_lock(pd_disk *disk);
void pd_unlock(pd_disk *disk);
_Atomic uint8_t *pd_blocks(pd_disk *disk, int record);
void pd_drop_blocks(pd_disk *disk, int record);
int pd_image(pd_disk *disk, int record, int flags);
int pd_sys_truncate(int descriptor, int64_t size);
int64_t pd_sys_size(int descriptor);
int pd_copy(int from, int to, int64_t offset, int64_t count);
pd_name *pd_find(pd_disk *disk, const char *name, int make);

#endif
