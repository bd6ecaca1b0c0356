#ifndef POWER_DISK_H
#define POWER_DISK_H

// A disk that forgets, for one folder of files: what was written lives in the files themselves, what
// would survive a loss of power is kept apart. Both are shared by all processes that use the folder,
// in mapped files, so that SIGKILL loses nothing of it. The page cache survives SIGKILL, so nothing
// less than this shows a missing fsync.
//
// A file is 4 KiB blocks. A write marks its blocks; fsync and fdatasync copy the marked blocks to the
// file's image and unmark them. A name that is made, moved or removed is durable once its folder is
// flushed, as POSIX has it and no file system promises less. Folders themselves are durable at once.

#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PD_BLOCK 4096
#define PD_BLOCKS (64 * 1024)
#define PD_NAME 200
#define PD_NAMES 1024
#define PD_RECORDS 16384

// What the harness tells the processes of one folder, and what they count. One mapped file.
typedef struct {
    // An errno for every write and every growing of a file; 0 lets them through.
    volatile int32_t write_error;
    // An errno for every flush. What was to be flushed is then lost until it is written again, as on
    // Linux, which calls a page clean after it failed to write it.
    volatile int32_t sync_error;
    // A flush says that all is well, and is none.
    volatile int32_t sync_lie;
    volatile int32_t sync_delay_us;
    // Added to the time of day.
    volatile int64_t clock_offset_ms;
    volatile uint64_t writes, syncs, failed_writes, failed_syncs;
} pd_control;

typedef struct pd_disk pd_disk;

// Opens the control file at `path`, or makes it.
pd_control *pd_control_open(const char *path);

// Opens the disk of `folder`, whose images are kept in `side`, an existing folder elsewhere.
pd_disk *pd_open(const char *folder, const char *side);
void pd_close(pd_disk *disk);

// The path below the folder, or NULL for a path elsewhere or a file that needs no image: SQLite's
// shared memory, and files of locks.
const char *pd_relative(const pd_disk *disk, const char *path);

// Files. A record stands for what was written under a name, and outlives the name.
int pd_opened(pd_disk *disk, const char *name, int descriptor, int is_created);
void pd_wrote(pd_disk *disk, int record, int64_t offset, int64_t count);
void pd_shrank(pd_disk *disk, int record, int64_t from, int64_t to);
void pd_sync(pd_disk *disk, int record, int descriptor);
void pd_sync_failed(pd_disk *disk, int record);

// Names.
int pd_record(pd_disk *disk, const char *name);
void pd_linked(pd_disk *disk, const char *from, const char *to);
void pd_renamed(pd_disk *disk, const char *from, const char *to);
void pd_unlinked(pd_disk *disk, const char *name);
void pd_sync_folder(pd_disk *disk, const char *name);

// Writes what a loss of power would leave to the folder `out`. With a `seed` other than 0, part of
// what was not flushed is there too, block by block, since a disk may write what it was not asked to.
// Where `out` is the disk's own folder, that is what is there from then on, and no process may use it;
// else its processes must stand still. Returns how many blocks were lost, or -1.
int64_t pd_restore(pd_disk *disk, const char *out, uint64_t seed);

// Takes what is in the folder, under the names that are known, for durable. No process may use it.
int pd_adopt(pd_disk *disk);

// The same descriptor's calls below the C library, which the shim stands in for.
int pd_sys_open(const char *path, int flags, mode_t mode);
int pd_sys_close(int descriptor);
ssize_t pd_sys_pread(int descriptor, void *bytes, size_t count, int64_t offset);
ssize_t pd_sys_pwrite(int descriptor, const void *bytes, size_t count, int64_t offset);

#ifdef __cplusplus
}
#endif
#endif
