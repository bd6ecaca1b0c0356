#ifndef SHIM_H
#define SHIM_H

#include "power_disk.h"

#include <stdatomic.h>

#define SHIM_DESCRIPTORS 65536

// What this process has: each is NULL where the environment does not name it.
extern pd_control *shim_control;
extern pd_disk *shim_disk;

// The record behind a descriptor, 0 for none; below 0 the place of a folder's name.
int shim_record(int descriptor);
const char *shim_folder(int descriptor);
void shim_note(int descriptor, int record);
void shim_note_folder(int descriptor, const char *name);
void shim_forget(int descriptor);

// The name below the disk's folder, or NULL.
const char *shim_name(int folder, const char *path, char *buffer, size_t count);

// The C library's own function, looked up once at each place.
void *shim_next(const char *name);
#define NEXT(name)                                                                                 \
    ({                                                                                             \
        static __typeof__(&name) next_##name;                                                      \
        if (!next_##name) next_##name = (__typeof__(&name))shim_next(#name);                       \
        next_##name;                                                                               \
    })

#endif
