// What the shim knows of its process: where its disk is, and what each descriptor stands for.

#define _GNU_SOURCE
#include "shim.h"

#ifdef __linux__

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

pd_control *shim_control;
pd_disk *shim_disk;

static _Atomic int32_t records[SHIM_DESCRIPTORS];
// Names of folders that were opened, so that a flush of one finds its files. They are few.
static char folders[256][PD_NAME];
static _Atomic int folder_count;
static pthread_mutex_t folder_lock = PTHREAD_MUTEX_INITIALIZER;

void *shim_next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

// What the harness started ends with it, however it ends.
static void *end_with_parent(void *unused) {
    (void)unused;
    pid_t parent = getppid();
    while (getppid() == parent) {
        struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};
        nanosleep(&pause, NULL);
    }
    _exit(1);
}

__attribute__((constructor)) static void begin(void) {
    const char *control = getenv("TOLL_SHIM_CONTROL");
    const char *folder = getenv("TOLL_SHIM_FOLDER"), *side = getenv("TOLL_SHIM_SIDE");
    if (control && !(shim_control = pd_control_open(control))) abort();
    if (folder && side && !(shim_disk = pd_open(folder, side))) abort();
    pthread_t thread;
    if (control && pthread_create(&thread, NULL, end_with_parent, NULL) == 0)
        pthread_detach(thread);
}

int shim_record(int descriptor) {
    if (descriptor < 0 || descriptor >= SHIM_DESCRIPTORS) return 0;
    int record = records[descriptor];
    return record > 0 ? record : 0;
}

const char *shim_folder(int descriptor) {
    if (descriptor < 0 || descriptor >= SHIM_DESCRIPTORS) return NULL;
    int record = records[descriptor];
    return record < 0 ? folders[-record - 1] : NULL;
}

void shim_note(int descriptor, int record) {
    if (descriptor >= 0 && descriptor < SHIM_DESCRIPTORS) records[descriptor] = record;
}

void shim_note_folder(int descriptor, const char *name) {
    pthread_mutex_lock(&folder_lock);
    int place = 0;
    while (place < folder_count && strcmp(folders[place], name) != 0) place++;
    if (place == folder_count && place < 256) {
        snprintf(folders[place], PD_NAME, "%s", name);
        folder_count++;
    }
    if (place < folder_count) shim_note(descriptor, -place - 1);
    pthread_mutex_unlock(&folder_lock);
}

void shim_forget(int descriptor) { shim_note(descriptor, 0); }

const char *shim_name(int folder, const char *path, char *buffer, size_t count) {
    if (!shim_disk || !path) return NULL;
    if (path[0] == '/') return pd_relative(shim_disk, path);
    char link[64];
    if (folder == AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/self/cwd");
    } else {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    }
    ssize_t used = readlink(link, buffer, count - 1);
    if (used < 0 || (size_t)used + strlen(path) + 2 > count) return NULL;
    snprintf(buffer + used, count - (size_t)used, "/%s", path);
    return pd_relative(shim_disk, buffer);
}

#endif
