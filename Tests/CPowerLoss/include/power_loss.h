#ifndef POWER_LOSS_H
#define POWER_LOSS_H

// A library for LD_PRELOAD, which stands between a process and its disk and clock. The environment
// says where:
//
//     TOLL_SHIM_CONTROL   a file of pd_control: what fails, and by how much the clock is wrong
//     TOLL_SHIM_FOLDER    the folder whose files are kept as a pd_disk
//     TOLL_SHIM_SIDE      where their images are
//
// Without them nothing changes. A flush of a file in the folder reaches the images and not the real
// disk, so a run costs the disk nothing. The process ends when the one that started it does.
//
// Seen are the C library's own names, as SQLite and Swift call them. Not seen: streams (`fopen`),
// memory that is mapped from a file, io_uring, and the kernel's calls without the C library. None of
// these carry what a store of ours must keep.

#endif
